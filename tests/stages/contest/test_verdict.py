"""The verdict: ties go to the simplest; winners beat every trivial answer and are not suspect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.contract.model import Direction
from starcase.contract.request import Answer, FloatArray
from starcase.errors import NotComparable
from starcase.evidence.records import ContestRecord, Standing, Vote
from starcase.stages.contest import choose, find_pareto_front
from starcase.stages.contest.compare import compare, estimate_figure
from starcase.stages.contest.replicates import Replicates
from starcase.stages.contest.sanity_checks import mark_suspects
from starcase.stages.contest.verdict import Verdict, judge

SPREAD = 0.01


class Score:
    name = "score"
    unit = "share"

    def __init__(self, direction: Direction = "higher") -> None:
        self.direction: Direction = direction

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        raise AssertionError

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        raise AssertionError


def replicates(values: Mapping[str, float], seed: int = 0) -> dict[str, Replicates]:
    rng = np.random.default_rng(seed)
    return {name: Replicates(observed=v, draws=v + rng.normal(0, SPREAD, 1000)) for name, v in values.items()}


def contest(values: Mapping[str, float], *, direction: Direction = "higher", margin: float = 0.0) -> Verdict:
    """Names starting with "base" are baselines, with "old" the incumbent; later names are more complex."""
    metric, drawn = Score(direction), replicates(values)
    comparisons = compare(drawn, metric, level=0.95, n=500)
    standings = [
        Standing(
            candidate=name,
            model=name,
            role="baseline" if name.startswith("base") else "incumbent" if name.startswith("old") else "candidate",
            complexity=i,
            trials=1,
            figures=(estimate_figure(metric, drawn[name], level=0.95, n=500),),
        )
        for i, name in enumerate(values)
    ]
    standings = mark_suspects(standings, metric, comparisons)
    higher = direction == "higher"
    return judge(standings, comparisons, objective="score", higher_is_better=higher, margin=margin)


def test_a_clear_winner() -> None:
    verdict = contest({"base": 0.1, "old": 0.5, "new": 0.8})
    assert (verdict.word, verdict.recommended) == ("winner", "new")


def test_lower_is_better_reverses_the_verdict() -> None:
    verdict = contest({"base": 0.9, "old": 0.5, "new": 0.2}, direction="lower")
    assert (verdict.word, verdict.recommended) == ("winner", "new")


def test_a_tie_goes_to_the_simplest() -> None:
    verdict = contest({"base": 0.1, "plain": 0.700, "fancy": 0.705})
    assert (verdict.word, verdict.recommended) == ("simplest within the tie", "plain")
    assert set(verdict.tied) == {"plain", "fancy"}
    assert verdict.reason == "not shown worse than fancy, which has the best estimate, and the simplest of the tied"


def test_the_best_and_simplest_candidate_is_not_compared_with_itself() -> None:
    verdict = contest({"base": 0.1, "plain": 0.705, "fancy": 0.700})
    assert (verdict.word, verdict.recommended) == ("simplest within the tie", "plain")
    assert verdict.reason == "it has the best estimate; fancy is not shown worse, and none of the tied is simpler"


def test_within_the_margin_the_simpler_candidate_wins() -> None:
    values = {"base": 0.1, "plain": 0.60, "fancy": 0.70}
    assert contest(values).recommended == "fancy"
    assert contest(values, margin=0.2).recommended == "plain"


def test_the_margin_is_judged_by_the_simultaneous_interval() -> None:
    """The verdict uses the printed simultaneous interval, not that of a single comparison."""
    values = {"base": 0.1, "plain": 0.60, "fancy": 0.70}
    (pair,) = (c for c in compare(replicates(values), Score(), level=0.95, n=500) if c.candidate == "plain")
    assert pair.shown.low is not None
    assert pair.difference.low is not None
    assert pair.shown.low < pair.difference.low
    between = -(pair.shown.low + pair.difference.low) / 2
    assert contest(values, margin=between).recommended == "fancy"
    assert contest(values, margin=1e-9 - pair.shown.low).recommended == "plain"


def test_a_candidate_that_does_not_beat_the_trivial_answer_never_wins() -> None:
    verdict = contest({"base": 0.5, "old": 0.505, "new": 0.51})
    assert (verdict.word, verdict.recommended, verdict.tied) == ("no winner", "old", ())


def test_an_incumbent_beaten_by_a_trivial_answer_is_always_named() -> None:
    said = "base, a trivial answer, is shown better than old, which runs today"
    lost = contest({"base": 0.5, "old": 0.2, "new": 0.3})
    assert lost.reason == f"no candidate is shown better than every trivial answer; {said}"
    assert contest({"base": 0.5, "old": 0.2, "new": 0.8}).reason == f"shown better than every other; {said}"
    assert "trivial answer, is" not in contest({"base": 0.5, "old": 0.505, "new": 0.3}).reason


def test_an_undefined_metric_is_never_recommended() -> None:
    assert contest({"base": 0.1, "old": 0.5, "broken": float("nan")}).recommended == "old"


def test_a_complex_model_that_loses_to_a_simple_one_is_suspect() -> None:
    metric, drawn = Score(), replicates({"plain": 0.8, "boosted": 0.2})
    comparisons = compare(drawn, metric, level=0.95, n=10)
    standings = [
        Standing(candidate=n, model=n, role="candidate", complexity=i, trials=1,
                 figures=(estimate_figure(metric, drawn[n], level=0.95, n=10),))
        for i, n in enumerate(drawn)
    ]  # fmt: skip
    assert [bool(s.suspect) for s in mark_suspects(standings, metric, comparisons)] == [False, True]


@pytest.mark.simulation
def test_equal_candidates_are_rarely_shown_different() -> None:
    runs, k = 400, 5
    truth = np.random.default_rng(5)
    told = 0
    for run in range(runs):
        values = {f"c{i}": v for i, v in enumerate(truth.normal(0, SPREAD, k))}
        found = compare(replicates(values, seed=run), Score(), level=0.95, n=100)
        told += any(c.verdict != "no difference shown" for c in found)
    assert told / runs <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5


@given(st.dictionaries(st.text(min_size=1), st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1))
def test_the_front_is_never_empty_and_has_no_dominated_member(points: dict[str, tuple[int, int]]) -> None:
    front = find_pareto_front(points)
    assert front
    for name in front:
        a, b = points[name]
        assert not any((x <= a and y <= b) and (x < a or y < b) for x, y in points.values())


RECORD = ContestRecord(
    contest="contest-1", objective="score", direction="higher", question="q", folds=(),
    standings=tuple(
        Standing(candidate=n, model=n, role="candidate", complexity=1, trials=1, figures=()) for n in ("plain", "fancy")
    ),
    comparisons=(), verdict="simplest within the tie", recommended="plain", tied=("plain", "fancy"), reason="tied",
    trials_each=1, values_sha256="", data_sha256="",
)  # fmt: skip


def test_dissent_is_recorded_verbatim() -> None:
    votes = [Vote(who="ana", candidate="fancy", reason="customers come first", at=1),
             Vote(who="ben", candidate="plain", reason="we can run it", at=2),
             Vote(who="cy", candidate="plain", reason="simple", at=3)]  # fmt: skip
    record = choose(RECORD, votes, ["accuracy", "latency"])
    assert record.chosen == "plain"
    assert record.dissent == (votes[0],)


def test_a_vote_for_a_non_candidate_and_a_tie_without_the_recommendation_are_refused() -> None:
    with pytest.raises(NotComparable, match="took no part"):
        choose(RECORD, [Vote(who="ana", candidate="ghost", reason="", at=1)], [])
    votes = [Vote(who="a", candidate="fancy", reason="", at=1), Vote(who="b", candidate="third", reason="", at=1)]
    third = replace(RECORD.standings[0], candidate="third")
    with pytest.raises(NotComparable, match="tied"):
        choose(replace(RECORD, standings=(*RECORD.standings, third)), votes, [])
