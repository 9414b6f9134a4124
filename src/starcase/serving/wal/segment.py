"""An append-only file of records, each with its length and checksum, so that a torn end is detected."""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from zlib import crc32

MAGIC = b"SCSEG01\n"
FRAME = struct.Struct("<II")
PREALLOCATED = 64 * 2**20
_OFFSETS, _NUMBERS = 2**32, 2**24


@dataclass(frozen=True, slots=True)
class RecordLocation:
    """The location of a record: the worker, its segment's number, the byte offset."""

    worker: int
    number: int
    offset: int

    def encode(self) -> int:
        """Return the location as one 64-bit integer.

        >>> RecordLocation.decode(RecordLocation(3, 17, 4096).encode())
        RecordLocation(worker=3, number=17, offset=4096)
        """
        return (self.worker * _NUMBERS + self.number) * _OFFSETS + self.offset

    @classmethod
    def decode(cls, packed: int) -> Self:
        """Return the location that ``packed`` encodes."""
        rest, offset = divmod(packed, _OFFSETS)
        return cls(*divmod(rest, _NUMBERS), offset)

    def path(self, folder: Path) -> Path:
        """The path of the segment."""
        return folder / f"{self.worker:03d}-{self.number:08d}.segment"


def build_frame(record: bytes) -> bytes:
    """Build a frame: length and checksum, then the record."""
    return FRAME.pack(len(record), crc32(record)) + record


class WalSegment:
    """The current segment of one worker; preallocated, so that a commit does not have to extend it.

    Args:
        folder: where segments are kept.
        worker: whose it is.

    Raises:
        OSError: the file cannot be made.
    """

    def __init__(self, folder: Path, worker: int) -> None:
        taken = [number for whose, number, _ in list_segments(folder) if whose == worker]
        self.start = RecordLocation(worker, max(taken, default=0) + 1, len(MAGIC))
        self.path = self.start.path(folder)
        self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.size = 0
        try:
            with contextlib.suppress(OSError):
                os.posix_fallocate(self._file, 0, PREALLOCATED)
            self.write([MAGIC])
            os.fsync(self._file)
            _sync(folder)
        except OSError:
            os.close(self._file)
            self.path.unlink(missing_ok=True)
            raise

    @property
    def full(self) -> bool:
        """Whether the segment has reached its size limit."""
        return self.size >= PREALLOCATED

    def write(self, frames: Sequence[bytes]) -> None:
        """Write frames to the file; raises OSError where not every byte is written."""
        left = memoryview(b"".join(frames))
        while left:
            written = os.pwrite(self._file, left, self.size)
            left = left[written:]
            self.size += written

    def sync(self) -> None:
        """Wait until every written byte is on the disk; raises OSError."""
        os.fdatasync(self._file)

    def truncate(self, size: int) -> None:
        """Cut the file to ``size`` and close it for good: after a failed sync nothing after ``size`` is trusted."""
        self.size = size
        with contextlib.suppress(OSError):
            os.ftruncate(self._file, size)
        self.close()

    def close(self) -> None:
        """Close the file and release its unused space."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._file, self.size)
        with contextlib.suppress(OSError):
            os.close(self._file)


def list_segments(folder: Path) -> list[tuple[int, int, Path]]:
    """List all segments of a folder as (worker, number, path), in order."""
    found = []
    for path in folder.glob("*.segment"):
        worker, _, number = path.stem.partition("-")
        found.append((int(worker), int(number), path))
    return sorted(found)


def read_records(path: Path, offset: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a segment from ``offset`` on, each with the offset after it; stop at an incomplete one.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     segment = WalSegment(Path(name), 0)
    ...     segment.write([build_frame(b"one"), build_frame(b"torn")[:-1]])
    ...     [record for _, record in read_records(segment.path)]
    ...     segment.close()
    [b'one']
    """
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return
        file.seek(max(offset, len(MAGIC)))
        while len(head := file.read(FRAME.size)) == FRAME.size:
            length, checksum = FRAME.unpack(head)
            record = file.read(length) if length else b""
            if not length or len(record) < length or crc32(record) != checksum:
                return
            yield file.tell(), record


def read_record_at(folder: Path, spot: RecordLocation) -> bytes | None:
    """Sync and return the record at a location; None where the segment is gone or the record is incomplete."""
    path = spot.path(folder)
    try:
        found = next((record for _, record in read_records(path, spot.offset)), None)
        if found is not None:
            file = os.open(path, os.O_RDONLY)
            try:
                os.fdatasync(file)
            finally:
                os.close(file)
    except FileNotFoundError:
        return None
    return found


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
