"""A file that records are appended to: each with its length and checksum, so that a torn end is known as such."""

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
    """Where a record stands: whose segment, which one, at which byte."""

    worker: int
    number: int
    offset: int

    def encode(self) -> int:
        """As one integer of 64 bits.

        >>> RecordLocation.decode(RecordLocation(3, 17, 4096).encode())
        RecordLocation(worker=3, number=17, offset=4096)
        """
        return (self.worker * _NUMBERS + self.number) * _OFFSETS + self.offset

    @classmethod
    def decode(cls, packed: int) -> Self:
        """The spot that ``packed`` stands for."""
        rest, offset = divmod(packed, _OFFSETS)
        return cls(*divmod(rest, _NUMBERS), offset)

    def path(self, folder: Path) -> Path:
        """The segment's file."""
        return folder / f"{self.worker:03d}-{self.number:08d}.segment"


def build_frame(record: bytes) -> bytes:
    """A record with its length and checksum before it."""
    return FRAME.pack(len(record), crc32(record)) + record


class WalSegment:
    """One worker's present file; preallocated, so that a commit need not make it longer.

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
        """Whether it has grown to its size."""
        return self.size >= PREALLOCATED

    def write(self, frames: Sequence[bytes]) -> None:
        """Hand frames to the operating system; raises OSError where it does not take every byte."""
        left = memoryview(b"".join(frames))
        while left:
            written = os.pwrite(self._file, left, self.size)
            left = left[written:]
            self.size += written

    def sync(self) -> None:
        """Wait until every byte handed over is on the disk; raises OSError."""
        os.fdatasync(self._file)

    def truncate(self, size: int) -> None:
        """Take back what stands after ``size`` and close, for good: after a failed sync nothing here is trusted."""
        self.size = size
        with contextlib.suppress(OSError):
            os.ftruncate(self._file, size)
        self.close()

    def close(self) -> None:
        """Let go of the file, and of the space it does not need."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._file, self.size)
        with contextlib.suppress(OSError):
            os.close(self._file)


def list_segments(folder: Path) -> list[tuple[int, int, Path]]:
    """All segments in a folder as (worker, number, path), in order."""
    found = []
    for path in folder.glob("*.segment"):
        worker, _, number = path.stem.partition("-")
        found.append((int(worker), int(number), path))
    return sorted(found)


def read_records(path: Path, offset: int = 0) -> Iterator[tuple[int, bytes]]:
    """Records of a segment from ``offset`` on, each with the offset after it; ends at the first that is not whole.

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
    """The record at a spot, made sure to be on the disk; None where the segment is gone or the record is not whole."""
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
