"""A listener receives the progress of work in this process and in worker processes."""

from __future__ import annotations

import pytest

from starcase.compute.executor import Executor, InProcess
from starcase.compute.processes import Processes
from starcase.compute.progress import ExpectedWork, ProgressStep, listen_to_progress, report_progress


def half_way(item: int) -> int:
    report_progress(ProgressStep(f"candidate {item}", "fold-1", "trial 1 of 2", 0.5))
    report_progress(ProgressStep(f"candidate {item}", "fold-1"))
    return item


@pytest.mark.parametrize("executor", [InProcess(), Processes(1), Processes(2)])
def test_progress_of_workers_reaches_the_listener(executor: Executor) -> None:
    heard: list[ExpectedWork | ProgressStep] = []
    with listen_to_progress(heard.append):
        assert executor.map(half_way, range(3)) == [0, 1, 2]
    assert len(heard) == 6
    for item in range(3):
        mine = [word for word in heard if isinstance(word, ProgressStep) and word.who == f"candidate {item}"]
        assert [word.part for word in mine] == [0.5, 1.0]


def test_progress_without_a_listener_is_ignored() -> None:
    assert Processes(1).map(half_way, [4]) == [4]


def test_only_the_innermost_listener_receives_progress() -> None:
    outer: list[ExpectedWork | ProgressStep] = []
    inner: list[ExpectedWork | ProgressStep] = []
    with listen_to_progress(outer.append):
        with listen_to_progress(inner.append):
            report_progress(ExpectedWork(3))
        report_progress(ExpectedWork(4))
    assert (inner, outer) == ([ExpectedWork(3)], [ExpectedWork(4)])
