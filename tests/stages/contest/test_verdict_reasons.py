"""A verdict's sentence is true of every measured candidate."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starcase.evidence import Figure
from starcase.evidence.records import ComparisonFigure, Standing
from starcase.inference import FEWEST_UNITS, Resampling
from starcase.stages.contest.verdict import Verdict, judge

ROLES = ("incumbent", "candidate", "candidate", "candidate", "baseline", "baseline")
NAMES = ("old", "a", "b", "c", "base", "rule")
TRIVIAL = ("base", "rule")
MARGIN = 0.02


def standing(name: str, role: str, value: float, complexity: int, **more: object) -> Standing:
    figure = Figure(name="ndcg", value=value, unit="share")
    return Standing(
        candidate=name, model=name, role=role, complexity=complexity, trials=1, figures=(figure,), **more,  # type: ignore[arg-type]
    )  # fmt: skip


def pair(one: str, other: str, value: float, low: float, high: float, word: str, n: int = 50) -> ComparisonFigure:
    difference = Figure(name="d", value=value, unit="share", low=low, high=high, level=0.95, n=n)
    return ComparisonFigure(
        candidate=one, against=other, metric="ndcg", difference=difference, verdict=word, method="x",  # type: ignore[arg-type]
        p_value=Figure(name="p", value=0.5, unit="p"),
    )  # fmt: skip


def judged(standings: list[Standing], comparisons: list[ComparisonFigure], margin: float = 0.0) -> Verdict:
    return judge(standings, comparisons, objective="ndcg", higher_is_better=True, margin=margin)


def test_a_better_estimate_that_beats_no_baseline_is_tied_and_named() -> None:
    """Blend 9.9 %, item_knn 9.7 %, and no difference shown between them: neither is better than every other."""
    standings = [
        standing("item_knn", "incumbent", 0.097, 2), standing("blend", "candidate", 0.099, 4),
        standing("popularity", "baseline", 0.088, 0),
    ]  # fmt: skip
    comparisons = [
        pair("item_knn", "blend", -0.001, -0.011, 0.008, "no difference shown"),
        pair("item_knn", "popularity", 0.010, 0.004, 0.016, "better"),
        pair("blend", "popularity", 0.011, -0.001, 0.023, "no difference shown"),
    ]
    verdict = judged(standings, comparisons)
    assert (verdict.word, verdict.recommended, verdict.tied) == (
        "simplest within the tie", "item_knn", ("item_knn", "blend"),
    )  # fmt: skip
    assert verdict.reason == (
        "not shown worse than blend, which has the best estimate, and the simplest of the tied; "
        "blend is not shown better than popularity"
    )


def test_a_candidate_with_an_open_guardrail_never_wins() -> None:
    standings = [
        standing("old", "incumbent", 0.5, 1), standing("new", "candidate", 0.8, 2, may_break=("coverage",)),
        standing("base", "baseline", 0.1, 0),
    ]  # fmt: skip
    comparisons = [
        pair("old", "new", -0.3, -0.4, -0.2, "worse"), pair("old", "base", 0.4, 0.3, 0.5, "better"),
        pair("new", "base", 0.7, 0.6, 0.8, "better"),
    ]  # fmt: skip
    verdict = judged(standings, comparisons)
    assert (verdict.word, verdict.recommended) == ("no winner", "old")
    assert verdict.reason == "new has the best estimate and may break the guardrail coverage"


def test_a_loss_shown_within_the_margin_is_not_called_not_shown_worse() -> None:
    standings = [
        standing("plain", "candidate", 0.60, 1), standing("fancy", "candidate", 0.61, 2),
        standing("base", "baseline", 0.1, 0),
    ]  # fmt: skip
    comparisons = [
        pair("plain", "fancy", -0.01, -0.015, -0.005, "worse"), pair("plain", "base", 0.5, 0.4, 0.6, "better"),
        pair("fancy", "base", 0.5, 0.4, 0.6, "better"),
    ]  # fmt: skip
    verdict = judged(standings, comparisons, margin=MARGIN)
    assert (verdict.word, verdict.recommended) == ("simplest within the tie", "plain")
    assert verdict.reason == (
        "worse than fancy, which has the best estimate, by less than the margin of 0.02, and the simplest of the tied"
    )


def test_an_excluded_candidate_not_shown_worse_is_named() -> None:
    standings = [
        standing("old", "incumbent", 0.5, 1), standing("wild", "candidate", 0.55, 2, out="out: shown to break"),
        standing("base", "baseline", 0.1, 0),
    ]  # fmt: skip
    comparisons = [
        pair("old", "wild", -0.05, -0.1, 0.01, "no difference shown"), pair("old", "base", 0.4, 0.3, 0.5, "better"),
        pair("wild", "base", 0.4, 0.3, 0.5, "better"),
    ]  # fmt: skip
    assert judged(standings, comparisons).reason == (
        "shown better than every other that can be recommended; not shown better than wild, which is out"
    )


words = st.sampled_from(["better", "worse", "no difference shown"])


@st.composite
def fields(draw: st.DrawFn) -> tuple[list[Standing], list[ComparisonFigure]]:
    values = draw(st.lists(st.sampled_from([0.1, 0.2, 0.3, float("nan")]), min_size=6, max_size=6))
    standings = [
        standing(
            name, role, value, draw(st.integers(0, 3)),
            suspect=draw(st.sampled_from(["", "", "", "suspect configuration: x"])) if role != "baseline" else "",
            out=draw(st.sampled_from(["", "", "", "out: x"])) if role != "baseline" else "",
            may_break=draw(st.sampled_from([(), (), ("coverage",)])) if role == "candidate" else (),
        )
        for name, role, value in zip(NAMES, ROLES, values, strict=True)
    ]  # fmt: skip
    comparisons = []
    for i, one in enumerate(NAMES):
        for other in NAMES[i + 1 :]:
            word = draw(words)
            near = draw(st.booleans())
            low, high = {"better": (0.01, 0.015), "worse": (-0.015, -0.01)}.get(word, (-0.01, 0.01))
            scale = 1.0 if near else 5.0
            comparisons.append(pair(one, other, (low + high) / 2, low * scale, high * scale, word))
    return standings, comparisons


Words = Mapping[tuple[str, str], str]


def both_ways(comparisons: list[ComparisonFigure]) -> Words:
    turned = {"better": "worse", "worse": "better"}
    mirrored = {(c.against, c.candidate): turned.get(c.verdict, c.verdict) for c in comparisons}
    return {(c.candidate, c.against): c.verdict for c in comparisons} | mirrored


@settings(max_examples=300, deadline=None)
@given(fields())
def test_the_recommended_candidate_meets_all_conditions(field: tuple[list[Standing], list[ComparisonFigure]]) -> None:
    standings, comparisons = field
    verdict, word = judged(standings, comparisons, MARGIN), both_ways(comparisons)
    if verdict.word == "no winner":
        assert verdict.recommended == "old"
        return
    picked = next(s for s in standings if s.candidate == verdict.recommended)
    assert picked.role != "baseline"
    assert not any((picked.suspect, picked.out, picked.may_break))
    assert all(word[picked.candidate, trivial] == "better" for trivial in TRIVIAL)
    if verdict.word == "winner":
        named = verdict.reason.partition("not shown better than ")[2]
        unbeaten = [s for s in standings if s is not picked and word[picked.candidate, s.candidate] != "better"]
        assert (verdict.reason.split("; ")[0] == "shown better than every other") == (not unbeaten)
        for other in unbeaten:
            assert other.suspect or other.out or np.isnan(other.figures[0].value)
            assert re.search(rf"\b{other.candidate}, ", named)


@settings(max_examples=300, deadline=None)
@given(fields())
def test_every_statement_of_the_reason_is_true(field: tuple[list[Standing], list[ComparisonFigure]]) -> None:
    standings, comparisons = field
    verdict, word = judged(standings, comparisons, MARGIN), both_ways(comparisons)
    by_name, values = {s.candidate: s for s in standings}, {s.candidate: s.figures[0].value for s in standings}
    if found := re.match(r"(not shown )?worse than (\w+), which has the best estimate( of those)?", verdict.reason):
        assert (word[verdict.recommended, found[2]] != "worse") == bool(found[1])
        assert any(values[name] > values[found[2]] for name in NAMES[:4]) == bool(found[3])
    held = r"(\w+) (?:has the best estimate.* and )?is not shown better than (.*?)( and may .*)?"
    for clause in verdict.reason.split("; "):
        if said := re.fullmatch(held, clause):
            assert all(word[said[1], b] != "better" for b in said[2].split(" or "))
        if said := re.match(r"(\w+) .*may break the guardrail coverage$", clause):
            assert by_name[said[1]].may_break
    if verdict.reason.startswith("no candidate is shown better than every trivial answer"):
        assert not any(all(word[name, b] == "better" for b in TRIVIAL) for name in NAMES[:4])
    if "the simplest of the tied" in verdict.reason:
        able = [by_name[name] for name in verdict.tied if can_be(by_name[name], word)]
        assert by_name[verdict.recommended].complexity == min(s.complexity for s in able)


def can_be(standing: Standing, word: Words) -> bool:
    return not standing.may_break and all(word[standing.candidate, b] == "better" for b in TRIVIAL)


@pytest.mark.parametrize("units", range(1, FEWEST_UNITS))
def test_too_few_units_give_no_test(units: int) -> None:
    standings = [standing("old", "incumbent", 0.5, 1), standing("base", "baseline", 0.1, 0)]
    untested = ComparisonFigure(
        candidate="old", against="base", metric="ndcg", p_value=None, verdict="no difference shown", method="x",
        difference=Figure(name="d", value=0.4, unit="share", n=units),
    )  # fmt: skip
    verdict = judged(standings, [untested])
    assert (verdict.word, verdict.recommended, verdict.tied) == ("no winner", "old", ())
    assert verdict.reason.startswith(f"{units} independent unit{'s' * (units > 1)} cannot say who is better")
    drawn = Resampling(np.arange(units), draws=100, seed=1).effect(lambda w: w.sum(axis=1), level=0.95)
    assert (drawn.low, drawn.high, drawn.p_value) == (-np.inf, np.inf, 1.0)
