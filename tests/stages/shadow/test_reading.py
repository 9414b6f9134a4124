"""Shadow readings equal plain counting, hold below the required coverage, and report unknowable outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.stages.shadow.logs import served

from starcase.comparison.comparison_spec import ComparisonSpec, MetricSpec
from starcase.contract.request import Answer, Request
from starcase.evidence import DecisionLog, Ledger, Outcome
from starcase.evidence.records import ShadowRecord
from starcase.stages.shadow import Shadow, ShadowAnalysis
from starcase.tables.clock import SimulatedClock
from starcase.testing.toy import ToyErrors

DELAY, N, SHARE = 10, 4_000, 10
ERRORS, WRONGED = ToyErrors("error_rate", among_good=False), ToyErrors("false_positive_rate", among_good=True)
TERMS = ComparisonSpec(
    objective=MetricSpec(metric=ERRORS, margin=0.02), guardrails=(MetricSpec(metric=WRONGED, margin=0.03),), alpha=0.05,
    effect=0.02, power=0.8, delay=DELAY, coverage=0.95,
)  # fmt: skip
RNG = np.random.default_rng(8)
BAD = RNG.random(N) < 0.3
BLOCKED = np.where(RNG.random(N) < 0.9, BAD, ~BAD)
BLOCKS = np.where(RNG.random(N) < 0.97, BAD, ~BAD)


class Blocks:
    """Blocks requests by a list; fails on every ``fails``-th request."""

    def __init__(self, what: np.ndarray[tuple[int], np.dtype[np.bool_]], fails: int = 0) -> None:
        self.what, self.fails = what, fails

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        if self.fails and any(request.at % self.fails == 0 for request in requests):
            raise ValueError("no")
        return [Answer("block" if self.what[r.at] else "approve", 0.5) for r in requests]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite", case="toy", clock=SimulatedClock(0), actor="test") as opened:
        yield opened


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DecisionLog]:
    with DecisionLog.open(tmp_path / "decisions.sqlite") as opened:
        opened.append([
            served(n, action="block" if BLOCKED[n] else "approve", unit=f"u{n // 4}") for n in range(N)
        ])  # fmt: skip
        opened.outcomes([
            Outcome(f"t{n}", "bad", float(BAD[n]), n + DELAY, float(SHARE) if BLOCKED[n] else 1.0)
            for n in range(N)
            if not BLOCKED[n] or n % SHARE == 0
        ])  # fmt: skip
        yield opened


def watch(ledger: Ledger, log: DecisionLog, terms: ComparisonSpec = TERMS) -> ShadowAnalysis:
    return ShadowAnalysis(ledger, log, terms, champion="old", challenger="new", model="m2", version=2)


def followed(log: DecisionLog, fails: int = 0) -> Shadow:
    shadow = Shadow(log, "m2", Blocks(BLOCKS, fails), version=2)
    shadow.catch_up()
    return shadow


def value(record: ShadowRecord, name: str) -> float:
    return next(figure.value for figure in record.figures if figure.name == name)


def test_a_reading_equals_plain_counting(ledger: Ledger, log: DecisionLog) -> None:
    followed(log)
    _, record = watch(ledger, log).look(N + DELAY + 1)
    known = ~BLOCKED | (np.arange(N) % SHARE == 0)
    weight = np.where(BLOCKED, SHARE, 1.0) * known
    champion, challenger = ((weight * (says != BAD)).sum() / weight.sum() for says in (BLOCKED, BLOCKS))
    errors, wronged = record.metrics
    assert errors.champion.value == pytest.approx(champion)
    assert errors.challenger.value == pytest.approx(challenger)
    assert errors.difference.value == pytest.approx(challenger - champion)
    good = weight * ~BAD
    assert wronged.difference.value == pytest.approx(
        (good * BLOCKS).sum() / good.sum() - (good * BLOCKED).sum() / good.sum()
    )
    assert (record.pairs, record.missed, record.failed, record.lag, record.known) == (N, 0, 0, 0, int(known.sum()))
    assert record.disagreement.value == pytest.approx((BLOCKED != BLOCKS).mean())
    assert record.disagreement.low is not None
    assert record.disagreement.low < record.disagreement.value
    better, worse = ((weight * ((BLOCKED != BAD) == late) * ((BLOCKS != BAD) != late)).sum() for late in (True, False))
    assert value(record, "error_rate, better in shadow") == pytest.approx(better)
    assert value(record, "error_rate, worse in shadow") == pytest.approx(worse)
    assert record.verdict in {"better", "not worse"}


def test_outcomes_never_seen_are_reported(ledger: Ledger, log: DecisionLog) -> None:
    followed(log)
    _, record = watch(ledger, log).look(N + DELAY + 1)
    through = int((BLOCKED & (np.arange(N) % SHARE == 0)).sum())
    assert value(record, "outcomes that stand for others never known") == through
    assert value(record, "decisions they stand for") == SHARE * through
    assert value(record, "outcomes known of matured pairs") == pytest.approx(record.known / N)


def test_immature_outcomes_are_not_counted(ledger: Ledger, log: DecisionLog) -> None:
    followed(log)
    looks = watch(ledger, log)
    first = looks.look(DELAY)[1]
    assert (first.pairs, first.known, first.metrics) == (DELAY, 0, ())
    assert first.verdict == "hold"
    second = looks.look(1_000)[1]
    matured = 1_000 - DELAY
    assert second.known == int((~BLOCKED[:matured] | (np.arange(matured) % SHARE == 0)).sum())
    assert second.pairs == 1_000


def test_below_the_required_coverage_the_verdict_is_hold(ledger: Ledger, log: DecisionLog) -> None:
    followed(log, fails=10)
    _, record = watch(ledger, log).look(N + DELAY + 1)
    assert record.failed == N // 10
    assert record.coverage.value == pytest.approx(0.9)
    assert record.verdict == "hold"
    assert "answered 90.0% of the requests, below the required 95.0%" in record.why


def test_decisions_not_yet_processed_are_the_lag(ledger: Ledger, log: DecisionLog) -> None:
    shadow = Shadow(log, "m2", Blocks(BLOCKS), version=2)
    shadow.catch_up(most=1_000)
    looks = watch(ledger, log)
    record = looks.look(2_000)[1]
    assert (record.pairs, record.missed, record.lag) == (1_000, 0, 1_000)
    assert record.verdict == "hold"
    shadow.catch_up()
    record = looks.look(N + DELAY + 1)[1]
    assert (record.pairs, record.missed, record.lag) == (N, 0, 0)
    plain = watch(ledger, log).read(N + DELAY + 1)
    assert record.metrics[0].difference.value == plain.metrics[0].difference.value


def test_a_quarantined_shadow_is_reported(ledger: Ledger, log: DecisionLog) -> None:
    followed(log, fails=1)
    record = watch(ledger, log).look(N + DELAY + 1)[1]
    assert record.quarantined
    assert (record.pairs, record.failed, record.lag) == (0, 20, N - 20)
    assert record.verdict == "hold"
    assert "quarantined" in record.why


def test_an_outcome_that_depends_on_the_answer_cannot_judge_a_shadow(ledger: Ledger, log: DecisionLog) -> None:
    followed(log)
    reply = replace(ERRORS, outcome_is_fact=False)
    terms = replace(TERMS, objective=MetricSpec(metric=reply, margin=0.02), guardrails=())
    _, record = watch(ledger, log, terms).look(N + DELAY + 1)
    assert record.metrics == ()
    assert record.verdict == "hold"
    assert "depends on the answer served" in record.why


def test_intervals_narrow_over_looks_and_continue_after_a_restart(ledger: Ledger, log: DecisionLog) -> None:
    followed(log)
    looks = watch(ledger, log)
    seen = [looks.look(at)[1] for at in range(500, N, 500)]
    ends = [(r.metrics[0].difference.low, r.metrics[0].difference.high) for r in seen]
    lows, highs = zip(*ends, strict=True)
    assert list(lows) == sorted(lows)
    assert list(highs) == sorted(highs, reverse=True)
    again = watch(ledger, log)
    assert [again.look(at)[1] for at in range(500, N, 500)] == seen
    assert watch(ledger, log).look(3_500)[1] == seen[-1]
    assert len(ledger.of(ShadowRecord)) == len(seen)


def test_a_metric_gets_the_shadows_answer_for_the_shadow(ledger: Ledger, log: DecisionLog) -> None:
    followed(log)
    seen: list[pl.DataFrame] = []

    class Spy(ToyErrors):
        def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
            seen.append(decisions)
            return super().per_decision(decisions)

    terms = replace(TERMS, objective=MetricSpec(metric=Spy("error_rate", among_good=False), margin=0.02), guardrails=())
    watch(ledger, log, terms).look(200)
    served_table, shadow_table = seen
    assert (served_table["action"] == "block").to_list() == BLOCKED[: 200 - DELAY].tolist()
    assert (shadow_table["action"] == "block").to_list() == BLOCKS[: 200 - DELAY].tolist()
