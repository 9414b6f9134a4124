"""The write-ahead log: an acknowledged record is durable and present once, after any failure."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.serving.rooms import with_wal

from starcase.errors import RolloutError
from starcase.evidence import DecisionLog, ServedDecision
from starcase.serving.wal import (
    Importer,
    Index,
    RecordLocation,
    WalSegment,
    WriteAhead,
    acquire_write_lock,
    list_segments,
    packed,
    read_records,
)
from starcase.serving.wal.segment import build_frame


def one(id_: str, score: float = 0.25) -> ServedDecision:
    return ServedDecision(
        id=id_, unit="u", at=5, plan_version=1, bucket=3, arm="old", model="m", propensity=1.0, action="approve",
        score=score, features={"x": 1.5, "y": None},
    )  # fmt: skip


async def keep(wal: WriteAhead, *ids: str) -> list[str | None]:
    """Commit decisions in one batch; return the ids that existed already."""
    places = [wal.add(id_, packed(one(id_))) for id_ in ids]
    for batch, _ in places:
        assert await batch.wait() is None
    return [None if i not in batch.repeated else id_ for id_, (batch, i) in zip(ids, places, strict=True)]


def kept(folder: Path) -> list[str]:
    with DecisionLog.open(folder / "log.sqlite") as log:
        Importer(folder, log).catch_up(all_closed=True)
        return [served.id for served in log.read()]


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=8), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_a_torn_end_is_cut_and_earlier_records_are_kept(
    tmp_path_factory: pytest.TempPathFactory, written: list[bytes], cut: int
) -> None:
    segment = WalSegment(tmp_path_factory.mktemp("wal"), 0)
    ends = []
    for record in written:
        segment.write([build_frame(record)])
        ends.append(segment.size)
    segment.close()
    size = max(8, segment.size - cut)
    os.truncate(segment.path, size)
    assert [record for _, record in read_records(segment.path)] == written[: sum(end <= size for end in ends)]


def test_a_changed_byte_is_noticed_and_the_segment_is_kept_aside(tmp_path: Path) -> None:
    segment = WalSegment(tmp_path, 0)
    segment.write([build_frame(packed(one("t1"))), build_frame(packed(one("t2")))])
    segment.close()
    data = bytearray(segment.path.read_bytes())
    data[-5] ^= 1
    segment.path.write_bytes(data)
    assert kept(tmp_path) == ["t1"]
    assert [path.suffix for path in tmp_path.glob("000-*")] == [".torn"]


def test_an_id_is_stored_once_across_batches_workers_and_restarts(tmp_path: Path) -> None:
    async def first(wal: WriteAhead) -> None:
        assert await keep(wal, "t1", "t2", "t1") == [None, None, "t1"]
        assert await keep(wal, "t2", "t3") == ["t2", None]

    async def other(wal: WriteAhead) -> None:
        assert await keep(wal, "t3", "t4") == ["t3", None]

    with_wal(tmp_path, first)
    with_wal(tmp_path, other, worker=1)
    assert kept(tmp_path) == ["t1", "t2", "t3", "t4"]


def test_an_id_claimed_by_a_killed_worker_is_written_by_the_next(tmp_path: Path) -> None:
    with Index.open(tmp_path) as index, index.acquire_lock():
        index.claim("t1", RecordLocation(9, 1, 8).encode())

    async def work(wal: WriteAhead) -> None:
        assert await keep(wal, "t1") == [None]
        assert await keep(wal, "t1") == ["t1"]

    with_wal(tmp_path, work)
    assert kept(tmp_path) == ["t1"]


@pytest.mark.parametrize("call", ["pwrite", "fdatasync"])
def test_a_failed_commit_notifies_all_waiters_and_leaves_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    real = getattr(os, call)

    async def work(wal: WriteAhead) -> None:
        await keep(wal, "t1")
        bad = {wal._segment.path.name} if wal._segment else set()

        def failing(file: int, *rest: object) -> int:
            if Path(f"/proc/self/fd/{file}").readlink().name in bad:
                raise OSError(errno.ENOSPC if call == "pwrite" else errno.EIO, "the disk says no")
            return int(real(file, *rest) or 0)

        monkeypatch.setattr(os, call, failing)
        batch, _ = wal.add("t2", packed(one("t2")))
        assert isinstance(await batch.wait(), OSError)
        assert await keep(wal, "t2", "t3") == [None, None], "a new segment takes what is asked again"
        assert wal.failures == 1

    with_wal(tmp_path, work)
    assert kept(tmp_path) == ["t1", "t2", "t3"]


def test_a_write_error_of_the_kernel_raises_and_earlier_records_remain(tmp_path: Path) -> None:
    """A write cut short half-way raises, and earlier records remain."""
    resource = pytest.importorskip("resource")
    segment = WalSegment(tmp_path, 0)
    segment.write([build_frame(b"kept")])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (segment.size + 10, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            segment.write([build_frame(b"x" * 100)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    segment.close()
    assert [record for _, record in read_records(segment.path)] == [b"kept"]


def test_many_records_share_a_commit(tmp_path: Path) -> None:
    async def work(wal: WriteAhead) -> None:
        places = [wal.add(f"t{i}", packed(one(f"t{i}"))) for i in range(500)]
        await asyncio.gather(*(batch.wait() for batch, _ in places))
        assert wal.commits == 1

    with_wal(tmp_path, work)
    assert len(kept(tmp_path)) == 500


def test_importing_again_after_a_crash_changes_nothing(tmp_path: Path) -> None:
    async def work(wal: WriteAhead) -> None:
        await keep(wal, "t1", "t2")

    with_wal(tmp_path, work)
    with DecisionLog.open(tmp_path / "log.sqlite") as log:
        assert Importer(tmp_path, log).catch_up() == 2
        assert len(list_segments(tmp_path)) == 1, "the newest segment of a worker may still grow"
        Importer(tmp_path, log).catch_up(all_closed=True)
        assert (log.last(), list_segments(tmp_path)) == (2, [])


def test_two_concurrent_importers_lose_nothing_and_raise_nothing(tmp_path: Path) -> None:
    async def work(wal: WriteAhead) -> None:
        await keep(wal, *(f"t{i}" for i in range(200)))

    for worker in range(6):
        with_wal(tmp_path, work, worker)

    def empty() -> None:
        with DecisionLog.open(tmp_path / "log.sqlite") as log:
            Importer(tmp_path, log).catch_up(all_closed=True)

    threads = [threading.Thread(target=empty) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept(tmp_path)) == 200


def test_the_index_grows_and_keeps_all_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("starcase.serving.wal.index.FIRST", 16)
    with Index.open(tmp_path) as index, Index.open(tmp_path) as other:
        with index.acquire_lock():
            assert [index.claim(f"t{i}", i + 2) for i in range(100)] == [0] * 100
        with other.acquire_lock():
            assert [other.claim(f"t{i}", 7777) for i in range(100)] == list(range(2, 102))
            other.move("t3", 0)
        with index.acquire_lock():
            assert index.claim("t3", 55) == 0
            assert index.claim("t3", 56) == 55


def test_a_rebuilt_index_contains_the_ids_of_the_log(tmp_path: Path) -> None:
    with Index.rebuild(tmp_path, ["t1", "t2"]) as index, index.acquire_lock():
        assert index.claim("t1", 99) == 1
        assert index.claim("t9", 99) == 0


def test_segments_are_removed_only_when_no_worker_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("starcase.serving.wal.lock.WITHIN", 0.1)

    async def work(wal: WriteAhead) -> None:
        os.close(acquire_write_lock(tmp_path, exclusive=False))
        with pytest.raises(RolloutError, match="still run"):
            acquire_write_lock(tmp_path, exclusive=True)

    with_wal(tmp_path, work)
    os.close(acquire_write_lock(tmp_path, exclusive=True))
