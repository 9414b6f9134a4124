"""Matured decisions: each is returned once, with only the outcomes known in time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from starcase.evidence import DecisionLog, Outcome, ServedDecision, ShadowAnswer
from starcase.evidence.decisions.matured_decisions import MaturedDecisionReader

DELAY = 10


def served(id_: str, at: int) -> ServedDecision:
    return ServedDecision(
        id=id_,
        unit="u",
        at=at,
        plan_version=1,
        bucket=0,
        arm="a",
        model="m",
        propensity=1.0,
        action="approve",
        score=0.5,
    )


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DecisionLog]:
    opened = DecisionLog.open(tmp_path / "decisions.sqlite")
    yield opened
    opened.close()


@given(
    ats=st.lists(st.integers(0, 60), min_size=1, max_size=25),
    looks=st.lists(st.integers(0, 90), max_size=8).map(sorted),
    lags=st.lists(st.integers(-2, 15), min_size=25, max_size=25),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_repeated_reads_return_the_same_decisions_as_one_read(
    ats: list[int], looks: list[int], lags: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with DecisionLog.open(tmp_path_factory.mktemp("log") / "decisions.sqlite") as log:
        log.append([served(f"t{n}", at) for n, at in enumerate(ats)])
        log.outcomes(
            [Outcome(f"t{n}", "bad", 1.0, at + lag) for n, (at, lag) in enumerate(zip(ats, lags, strict=False))]
        )
        often, once = (MaturedDecisionReader(log, delay=DELAY, outcome="bad") for _ in range(2))
        parts = [often.by(at) for at in (*looks, 100)]
        whole = once.by(100)
        assert pl.concat(parts).sort("seq").equals(whole)
        assert whole.height == len(ats)
        for at, part in zip(looks, parts, strict=False):
            assert all(row < at - DELAY for row in part["at"])
        timely = [0 <= lag <= DELAY for _, lag in zip(ats, lags, strict=False)]
        assert whole["outcome"].is_not_null().to_list() == timely


def test_decisions_without_shadow_answer_are_held_back(log: DecisionLog) -> None:
    log.append([served(f"t{n}", n) for n in range(4)])
    log.shadow("s", [ShadowAnswer(f"t{n}", "block", 0.9) for n in range(2)])
    matured = MaturedDecisionReader(log, delay=DELAY, outcome="bad", challenger="s")
    assert matured.by(50, through=log.find_shadow_offset("s"))["shadow_action"].to_list() == ["block", "block"]
    log.shadow("s", [ShadowAnswer("t2", "block", 0.9)], through=4)
    assert matured.by(50, through=log.find_shadow_offset("s"))["shadow_action"].to_list() == ["block", None]


def test_only_decisions_after_the_offset_are_read(log: DecisionLog) -> None:
    log.append([served(f"t{n}", n) for n in range(4)])
    assert MaturedDecisionReader(log, delay=DELAY, outcome="bad", after=3).by(50)["id"].to_list() == ["t3"]
