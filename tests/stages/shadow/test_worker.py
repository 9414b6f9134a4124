"""A shadow answers each request once, continues after a restart, and its failures do not affect others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pytest
from tests.stages.shadow.logs import Doubles, served

from starcase.contract.request import Answer, Request
from starcase.evidence import DecisionLog
from starcase.stages.shadow import Shadow


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DecisionLog]:
    opened = DecisionLog.open(tmp_path / "decisions.sqlite")
    yield opened
    opened.close()


def answers(log: DecisionLog) -> pl.DataFrame:
    return log.pairs("m2", known_by=0, outcome="bad")


def test_each_request_is_answered_once(log: DecisionLog) -> None:
    log.append([served(n) for n in range(1_200)])
    model = Doubles()
    shadow = Shadow(log, "m2", model, version=2)
    assert shadow.lag == 1_200
    assert shadow.catch_up(most=700) == 700
    assert shadow.lag == 500
    log.append([served(n) for n in range(1_200, 1_300)])
    assert shadow.catch_up() == 600
    assert shadow.catch_up() == 0
    assert model.asked == [f"t{n}" for n in range(1_300)]
    seen = answers(log)
    assert seen["shadow_score"].to_list() == [2.0 * n for n in range(1_300)]
    assert (seen["shadow_latency_us"] > 0).all()


def test_another_process_continues_where_the_first_stopped(log: DecisionLog) -> None:
    log.append([served(n) for n in range(10)])
    Shadow(log, "m2", Doubles(), version=2).catch_up(most=4)
    second = Doubles()
    Shadow(log, "m2", second, version=2).catch_up()
    assert second.asked == [f"t{n}" for n in range(4, 10)]


def test_only_decisions_of_its_own_plan_are_answered(log: DecisionLog) -> None:
    log.append([served(n, version=1 + n // 4) for n in range(12)])
    model = Doubles()
    shadow = Shadow(log, "m2", model, version=2)
    assert shadow.offset == 4
    assert shadow.catch_up() == 4
    assert model.asked == ["t4", "t5", "t6", "t7"]
    assert shadow.lag == 0


def test_failures_are_recorded_and_do_not_affect_other_requests(log: DecisionLog) -> None:
    log.append([served(n) for n in range(10)])
    Shadow(log, "m2", Doubles(raises=frozenset({3}), nan=frozenset({5})), version=2).catch_up()
    seen = answers(log)
    errors = {n: error for n, error in enumerate(seen["shadow_error"]) if error}
    assert errors == {3: "ArithmeticError: no (logs.py, line 30)", 5: "its score is nan"}
    assert seen["shadow_score"][9] == 18.0


class Rude:
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        if len(requests) > 1:
            return [Answer("approve", 0.5)]
        if requests[0].at == 1:
            return [Answer("approve", 0.5, object())]  # type: ignore[arg-type]
        if requests[0].at == 2:
            return [None]  # type: ignore[list-item]
        raise SystemExit(3)


def test_any_invalid_answer_is_recorded_as_a_failure(log: DecisionLog) -> None:
    log.append([served(n) for n in range(1, 4)])
    assert Shadow(log, "m2", Rude(), version=2).catch_up() == 3
    assert [error.partition(":")[0] for error in answers(log)["shadow_error"]] == [
        "LedgerError", "AttributeError", "SystemExit",
    ]  # fmt: skip


def test_after_failures_in_a_row_a_shadow_is_quarantined_permanently(log: DecisionLog) -> None:
    log.append([served(n) for n in range(40)])
    broken = Doubles(raises=frozenset({2, *range(5, 40)}))
    shadow = Shadow(log, "m2", broken, version=2, patience=10)
    assert shadow.catch_up() == 15
    assert shadow.quarantined
    assert shadow.lag == 25
    assert shadow.catch_up() == 0
    later = Shadow(log, "m2", Doubles(), version=2, patience=10)
    assert later.quarantined
    assert later.catch_up() == 0
    assert not Shadow(log, "another", Doubles(), version=2, patience=10).quarantined


WORKER = """
    import sys
    from pathlib import Path
    from starcase.evidence import DecisionLog
    from starcase.stages.shadow import Shadow
    from tests.stages.shadow.logs import Doubles
    log = DecisionLog.open(Path(sys.argv[1]))
    shadow = Shadow(log, "m2", Doubles(), version=2)
    while True:
        shadow.catch_up(most=7)
        print(shadow.offset, flush=True)
"""


@pytest.mark.journey
def test_a_shadow_killed_at_any_point_answers_every_request_once(tmp_path: Path) -> None:
    path, repo = tmp_path / "decisions.sqlite", Path(__file__).parents[3]
    with DecisionLog.open(path) as log:
        log.append([served(n) for n in range(400)])
    environment = {**os.environ, "PYTHONPATH": f"{repo / 'src'}:{repo}"}
    for _ in range(3):
        command = [sys.executable, "-c", textwrap.dedent(WORKER), str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as worker:
            assert worker.stdout is not None
            assert worker.stdout.readline()
            time.sleep(0.01)
            worker.send_signal(signal.SIGKILL)
    with DecisionLog.open(path) as log:
        offset = log.find_shadow_offset("m2")
        assert offset >= 7
        seen = answers(log)
        assert seen["shadow_action"].is_not_null().to_list() == [n < offset for n in range(400)]
        Shadow(log, "m2", Doubles(), version=2).catch_up()
        assert answers(log)["shadow_score"].to_list() == [2.0 * n for n in range(400)]
