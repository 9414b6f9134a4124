"""Whoever listens hears how far work has come, in whichever process it is done."""

from __future__ import annotations

import pytest

from starcase.compute.executor import Executor, InProcess
from starcase.compute.processes import Processes
from starcase.compute.progress import Expected, Step, listening, tell


def half_way(item: int) -> int:
    tell(Step(f"candidate {item}", "fold-1", "trial 1 of 2", 0.5))
    tell(Step(f"candidate {item}", "fold-1"))
    return item


@pytest.mark.parametrize("executor", [InProcess(), Processes(1), Processes(2)])
def test_workers_are_heard(executor: Executor) -> None:
    heard: list[Expected | Step] = []
    with listening(heard.append):
        assert executor.map(half_way, range(3)) == [0, 1, 2]
    assert len(heard) == 6
    for item in range(3):
        mine = [word for word in heard if isinstance(word, Step) and word.who == f"candidate {item}"]
        assert [word.part for word in mine] == [0.5, 1.0]


def test_nobody_has_to_listen() -> None:
    assert Processes(1).map(half_way, [4]) == [4]


def test_the_last_listener_hears() -> None:
    outer: list[Expected | Step] = []
    inner: list[Expected | Step] = []
    with listening(outer.append):
        with listening(inner.append):
            tell(Expected(3))
        tell(Expected(4))
    assert (inner, outer) == ([Expected(3)], [Expected(4)])
