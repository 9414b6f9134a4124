"""Group commit: while one batch is written, the next one collects records."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Literal

from starcase.serving.wal.index import IN_LOG, Index
from starcase.serving.wal.lock import acquire_write_lock
from starcase.serving.wal.record import read_id
from starcase.serving.wal.segment import RecordLocation, WalSegment, build_frame, read_record_at

Durability = Literal["durable", "buffered", "off"]
Elsewhere = Callable[[str], bytes | None]


class Batch:
    """Records that share one commit.

    ``waiters`` are called with the failure, or with None once the records are on the disk. ``repeated`` holds, by
    position, the existing record with the same id: that record is the decision.
    """

    __slots__ = ("_failure", "_loop", "_settled", "frames", "ids", "repeated", "waiters")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.ids: list[str] = []
        self.frames: list[bytes] = []
        self.repeated: dict[int, bytes] = {}
        self.waiters: list[Callable[[Exception | None], None]] = []
        self._settled = False
        self._failure: Exception | None = None

    def wait(self) -> asyncio.Future[Exception | None]:
        """Return a future that completes with the batch; its result is the failure, or None."""
        future: asyncio.Future[Exception | None] = self._loop.create_future()
        if self._settled:
            future.set_result(self._failure)
        else:
            self.waiters.append(lambda failure: None if future.done() else future.set_result(failure))
        return future

    def resolve(self, failure: Exception | None) -> None:
        """Notify every waiter."""
        self._settled, self._failure = True, failure
        for told in self.waiters:
            told(failure)


class WriteAhead:
    """A worker's segments and the thread that commits to them; call ``add`` on the event loop's thread.

    A failed commit leaves nothing behind: its ids are released, its bytes cut off, its segment closed for good, and
    all waiters get the failure. The next batch begins a new segment.

    Args:
        folder: where segments and index are kept.
        worker: the worker's number.
        elsewhere: the record of an id that the decision log holds, as bytes of a record; None where it does not.
    """

    def __init__(self, folder: Path, worker: int, elsewhere: Elsewhere) -> None:
        self._folder = folder
        self._worker = worker
        self._elsewhere = elsewhere
        self._lock = acquire_write_lock(folder, exclusive=False)
        self._index = Index.open(folder)
        self._segment: WalSegment | None = WalSegment(folder, worker)
        self._loop = asyncio.get_running_loop()
        self._open = self._handed = Batch(self._loop)
        self._busy = False
        self._queue: SimpleQueue[Batch | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="wal", daemon=True)
        self.commits = 0
        self.failures = 0
        self.commit_seconds = 0.0
        self._thread.start()

    def add(self, id_: str, record: bytes) -> tuple[Batch, int]:
        """Queue a record for the next commit; return its batch and its position in it."""
        batch = self._open
        if not self._busy:
            self._busy = True
            self._loop.call_soon(self._submit_batch)
        batch.ids.append(id_)
        batch.frames.append(build_frame(record))
        return batch, len(batch.ids) - 1

    async def close(self) -> None:
        """Commit the queued records and stop the thread."""
        while self._busy:
            await (self._open if self._open.ids else self._handed).wait()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        if self._segment is not None:
            self._segment.close()
        self._index.close()
        os.close(self._lock)

    def _submit_batch(self) -> None:
        self._handed, self._open = self._open, Batch(self._loop)
        self._queue.put(self._handed)

    def _finish_batch(self, batch: Batch, failure: Exception | None) -> None:
        if self._open.ids:
            self._submit_batch()
        else:
            self._busy = False
        batch.resolve(failure)

    def _run(self) -> None:
        while (batch := self._queue.get()) is not None:
            failure: Exception | None = None
            began = time.perf_counter()
            try:
                self._commit(batch)
            except Exception as error:  # noqa: BLE001 - everyone who waits must be told
                failure = error
                self.failures += 1
            self.commits += 1
            self.commit_seconds += time.perf_counter() - began
            self._loop.call_soon_threadsafe(self._finish_batch, batch, failure)

    def _commit(self, batch: Batch) -> None:
        places = self._write_records(batch, range(len(batch.ids)))
        lost = []
        for i, place in places.items():
            record = self._find_record(batch.ids[i], place)
            if record is None:
                lost.append(i)
            else:
                batch.repeated[i] = record
        if lost:
            self._write_records(batch, lost, anew=True)

    def _write_records(self, batch: Batch, positions: Sequence[int], *, anew: bool = False) -> dict[int, int]:
        """Write and sync the records whose ids are new; return the locations of the others.

        ``anew`` writes them all: their locations hold another id, or a record that a killed worker did not write.
        """
        segment = self._open_segment()
        before = segment.size
        with self._index.acquire_lock():
            new, places = self._claim_positions(batch, positions, segment, anew=anew)
            try:
                segment.write([batch.frames[i] for i in new])
            except OSError:
                self._undo_claims(batch, new, segment, before)
                raise
        try:
            if new:
                segment.sync()
        except OSError:
            with self._index.acquire_lock():
                self._undo_claims(batch, new, segment, before)
            raise
        return places

    def _open_segment(self) -> WalSegment:
        if self._segment is not None and self._segment.full:
            self._segment.close()
            self._segment = None
        if self._segment is None:
            self._segment = WalSegment(self._folder, self._worker)
        return self._segment

    def _claim_positions(
        self, batch: Batch, positions: Sequence[int], segment: WalSegment, *, anew: bool
    ) -> tuple[list[int], dict[int, int]]:
        at = RecordLocation(segment.start.worker, segment.start.number, segment.size).encode()
        claim, new, places = self._index.claim, [], {}
        for i in positions:
            place = claim(batch.ids[i], at)
            if place and not anew:
                places[i] = place
                continue
            if place:
                self._index.move(batch.ids[i], at)
            new.append(i)
            at += len(batch.frames[i])
        return new, places

    def _find_record(self, id_: str, place: int) -> bytes | None:
        if place != IN_LOG:
            record = read_record_at(self._folder, RecordLocation.decode(place))
            if record is not None and read_id(record) == id_:
                return record
        return self._elsewhere(id_)

    def _undo_claims(self, batch: Batch, new: Sequence[int], segment: WalSegment, size: int) -> None:
        for i in new:
            self._index.move(batch.ids[i], 0)
        segment.truncate(size)
        self._segment = None
