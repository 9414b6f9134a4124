"""Content served with the action counts in disagreement, in live metrics and in pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from starcase.comparison.comparison_spec import ComparisonSpec, MetricSpec
from starcase.contract.request import Answer, Json, Request
from starcase.evidence import DecisionLog, Ledger, Outcome, ServedDecision, ShadowAnswer
from starcase.evidence.records import ShadowRecord
from starcase.stages.shadow import Shadow, ShadowAnalysis
from starcase.tables.clock import SimulatedClock
from starcase.testing.toy import ToyErrors

N, DELAY = 138, 10


def ranked(*items: str, **beside: Json) -> dict[str, Json]:
    return {"items": list(items), **beside}


def served(number: int, content: Json, unit: str = "") -> ServedDecision:
    return ServedDecision(
        id=f"t{number}", unit=unit or f"u{number}", at=number, plan_version=2, bucket=number, arm="old", model="m1",
        propensity=1.0, action="rank", score=1.0, content=content,
    )  # fmt: skip


def terms(metric: ToyErrors | None = None) -> ComparisonSpec:
    return ComparisonSpec(
        objective=MetricSpec(metric=metric or ToyErrors("error_rate", among_good=False), margin=0.02), guardrails=(),
        alpha=0.05, effect=0.02, power=0.8, delay=DELAY, coverage=0.95,
    )  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite", case="toy", clock=SimulatedClock(0), actor="test") as opened:
        yield opened


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DecisionLog]:
    with DecisionLog.open(tmp_path / "decisions.sqlite") as opened:
        yield opened


@dataclass(frozen=True)
class Shows:
    """Answers every request with the same content."""

    content: Json
    score: float = 0.5

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("rank", self.score, self.content) for _ in requests]


@dataclass(frozen=True, slots=True)
class Bread(ToyErrors):
    """The share of lists that begin with bread; it reads nothing but the content."""

    name: str = "bread_rate"
    among_good: bool = False
    reads_content: bool = True

    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        first = decisions["content"].str.json_path_match("$.items[0]") == "bread"
        return pl.DataFrame(
            {"numerator": first.cast(pl.Float64), "denominator": pl.repeat(1.0, len(first), eager=True)}
        )


def watch(ledger: Ledger, log: DecisionLog, metric: ToyErrors | None = None) -> ShadowAnalysis:
    return ShadowAnalysis(ledger, log, terms(metric), champion="old", challenger="new", model="m2", version=2)


@pytest.fixture
def look(ledger: Ledger, log: DecisionLog) -> Callable[..., ShadowRecord]:
    def looked(champion: Json, challenger: Json, metric: ToyErrors | None = None) -> ShadowRecord:
        log.append([served(n, champion) for n in range(N)])
        log.outcomes([Outcome(f"t{n}", "bad", 0.0, n + DELAY) for n in range(N)])
        Shadow(log, "m2", Shows(challenger), version=2).catch_up()
        return watch(ledger, log, metric).look(10 * N)[1]

    return looked


@pytest.mark.parametrize(
    ("champion", "challenger", "share", "compared"),
    [
        (ranked("bread", "milk", policy="a"), ranked("nails", "paint", policy="b"), 1.0, "items"),
        (ranked("bread", "milk", policy="a"), ranked("bread", "milk", policy="b"), 0.0, "items"),
        (ranked("bread", "milk"), ranked("milk", "bread"), 1.0, "items"),
        (["bread"], ("bread",), 0.0, "items"),
        (None, ranked("bread"), 1.0, "items"),
        ({"quantity": 3}, {"quantity": 4}, 1.0, "content"),
        ("yes", "no", 1.0, "content"),
        (None, None, 0.0, "action"),
    ],
)
def test_a_shadow_that_serves_something_else_disagrees(
    champion: Json, challenger: Json, share: float, compared: str, look: Callable[..., ShadowRecord]
) -> None:
    record = look(champion, challenger)
    said = record.disagreement
    assert (record.pairs, said.value, record.compared) == (N, share, compared)
    assert said.low is not None
    assert said.high is not None
    assert said.low <= share <= said.high
    assert 0.03 > said.high - said.low > 0.02  # Wilson's interval of 138 of 138, or of none
    assert any(figure.name.startswith("mean distance between the") for figure in record.figures) == (
        compared != "action"
    )


def test_the_distance_between_lists_is_a_figure(look: Callable[..., ShadowRecord]) -> None:
    record = look(ranked("bread", "milk"), ranked("milk", "bread"))
    figure = record.figures[0]
    assert (figure.name, figure.value, figure.n) == (
        "mean distance between the lists, from the same to nothing in common", 0.5, N
    )  # fmt: skip


def test_a_live_metric_reads_what_was_served(look: Callable[..., ShadowRecord]) -> None:
    record = look(ranked("bread", "milk"), ranked("milk", "bread"), Bread())
    (metric,) = record.metrics
    assert [arm.value for arm in (metric.champion, metric.challenger)] == [1.0, 0.0]


def test_content_is_not_read_where_no_metric_needs_it(look: Callable[..., ShadowRecord]) -> None:
    seen: list[list[str]] = []

    class Spy(ToyErrors):
        def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
            seen.append(decisions.columns)
            return super().per_decision(decisions)

    look(ranked("bread"), ranked("milk"), Spy("error_rate", among_good=False))
    assert seen
    assert not any("content" in columns for columns in seen)


def test_differing_pairs_of_one_unit_are_counted_as_a_share(ledger: Ledger, log: DecisionLog) -> None:
    log.append([served(n, None, unit="u") for n in range(4)])
    log.shadow("m2", [ShadowAnswer(f"t{n}", "nothing" if n == 0 else "rank", 1.0) for n in range(4)])
    assert watch(ledger, log).read(99).disagreement.value == 0.25
