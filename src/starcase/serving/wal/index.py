"""The index of committed ids and their locations: a memory-mapped table that all workers share."""

from __future__ import annotations

import fcntl
import mmap
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import xxhash

FIRST = 2**20
COUNT = 0
IN_LOG = 1
_HEADER, _WORD, _SLOT = 8, 8, 2


class _Table:
    """Open addressing over 64-bit hashes; a slot holds a hash and a place, both 0 while it is free."""

    __slots__ = ("_map", "limit", "mask", "most", "words")

    def __init__(self, path: Path, slots: int) -> None:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            size = (_HEADER + _SLOT * slots) * _WORD
            if os.fstat(file).st_size < size:
                os.posix_fallocate(file, 0, size)  # touching a page that a full disk cannot hold ends the process
            self._map = mmap.mmap(file, size)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(file)
        self.words = memoryview(self._map).cast("Q")
        self.mask = slots - 1
        self.limit, self.most = slots // 2, slots * 9 // 10

    def find_slot(self, key: int) -> int:
        """Return the word that holds ``key``, or the free one for it."""
        words, mask = self.words, self.mask
        at = key & mask
        while True:
            word = _HEADER + _SLOT * at
            if words[word] in (0, key):
                return word
            at = (at + 1) & mask

    def close(self) -> None:
        self.words.release()
        self._map.close()


class Index:
    """Locations of decisions by hashed id; the reader of a location must compare the id of the record there.

    Entries are never moved: a table that is half full gets a successor of twice its size. ``FIRST`` slots take 16 MiB.

    Args:
        folder: where the tables and the lock are kept.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name, Index.open(Path(name)) as index, index.acquire_lock():
    ...     index.claim("a", 77), index.claim("a", 99), index.claim("b", 5)
    (0, 77, 0)
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = os.open(folder / "index.lock", os.O_RDWR | os.O_CREAT, 0o600)
        self._tables = [_Table(self._build_path(0), FIRST)]

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open or create the index of a folder."""
        return cls(folder)

    @classmethod
    def rebuild(cls, folder: Path, ids: Iterable[str]) -> Self:
        """Rebuild the index from the ``ids`` in the decision log; only while no worker runs."""
        for path in folder.glob("index-*"):
            path.unlink()
        index = cls(folder)
        with index.acquire_lock():
            for one in ids:
                index.claim(one, IN_LOG)
        return index

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        for table in self._tables:
            table.close()
        os.close(self._lock)

    @contextmanager
    def acquire_lock(self) -> Iterator[None]:
        """Hold the exclusive lock among all workers; claims are made inside."""
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            while self._build_path(len(self._tables)).exists():
                self._tables.append(_Table(self._build_path(len(self._tables)), FIRST << len(self._tables)))
            yield
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    def claim(self, id_: str, place: int) -> int:
        """Store the location of an id; return 0, or the location it already has, which then stays.

        Raises:
            OSError: the table is full, and the disk has no room for a larger one.
        """
        key = _hash_id(id_)
        last = self._tables[-1]
        for table in self._tables[:-1]:
            word = table.find_slot(key)
            if table.words[word] and table.words[word + 1]:
                return table.words[word + 1]
        word = last.find_slot(key)
        if last.words[word] and last.words[word + 1]:
            return last.words[word + 1]
        if not last.words[word]:
            self._grow()
            last.words[COUNT] += 1
        last.words[word + 1] = place
        last.words[word] = key
        return 0

    def _grow(self) -> None:
        """Add a larger table once the last one is half full; while the disk has no room for it, fill the last one."""
        last = self._tables[-1]
        if last.words[COUNT] < last.limit:
            return
        try:
            self._tables.append(_Table(self._build_path(len(self._tables)), FIRST << len(self._tables)))
        except OSError:
            if last.words[COUNT] >= last.most:
                raise

    def move(self, id_: str, place: int) -> None:
        """Change the location of a stored id; 0 releases it, so that it can be claimed again."""
        key = _hash_id(id_)
        for table in reversed(self._tables):
            word = table.find_slot(key)
            if table.words[word]:
                table.words[word + 1] = place
                return

    def _build_path(self, number: int) -> Path:
        return self._folder / f"index-{number:02d}"


def _hash_id(id_: str) -> int:
    return xxhash.xxh3_64_intdigest(id_.encode()) or 1
