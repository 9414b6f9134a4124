"""The processes of one server: the CPU time they take, waiting until they are done, and keeping them still."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
LOOK, IDLE, DONE_WITHIN = 0.4, 0.1, 60.0
_STATE, _PARENT, _GROUP, _TIMES, _NICE = 0, 1, 2, slice(11, 15), 16


def members(group: int) -> dict[int, list[str]]:
    """A group and all that descend from it, by process: the fields of ``/proc/PID/stat`` from the state on."""
    every = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            every[int(stat.parent.name)] = stat.read_text().rpartition(")")[2].split()
    found = {pid for pid, fields in every.items() if int(fields[_GROUP]) == group}
    while more := {pid for pid, fields in every.items() if int(fields[_PARENT]) in found} - found:
        found |= more
    return {pid: every[pid] for pid in found}


def niced(group: int, nice: int) -> list[int]:
    """The processes that run at one niceness: 19 are shadows, 5 the importer, 0 whoever answers."""
    return [pid for pid, fields in members(group).items() if int(fields[_NICE]) == nice]


def spent(group: int) -> Counter[int]:
    """CPU seconds by niceness, of processes that have ended too, where their parent has not."""
    seconds: Counter[int] = Counter()
    for fields in members(group).values():
        seconds[int(fields[_NICE])] += sum(map(int, fields[_TIMES])) / TICKS  # type: ignore[assignment]
    return seconds


def spent_when_done(group: int) -> Counter[int]:
    """``spent`` once the processes have done what was left to do; raises TimeoutError where they never come to rest."""
    deadline = time.monotonic() + DONE_WITHIN
    before = spent(group)
    while time.monotonic() < deadline:
        time.sleep(LOOK)
        now = spent(group)
        if now.total() - before.total() < IDLE * LOOK:
            return now
        before = now
    raise TimeoutError(f"process group {group} is still at work after {DONE_WITHIN:g} s")


@contextlib.contextmanager
def still(groups: Sequence[int]) -> Iterator[None]:
    """Stop every running process of some groups for a while; one that was stopped already stays so afterwards."""
    stopped: set[int] = set()
    for group in groups:
        while running := [pid for pid, fields in members(group).items() if fields[_STATE] not in "TZX"]:
            for pid in running:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
            stopped.update(running)
            time.sleep(0.01)
    try:
        yield
    finally:
        for pid in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
