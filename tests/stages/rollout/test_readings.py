"""Readings drive a rollout: harm is rolled back, gains are promoted, and no effect gives no false verdict."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import pytest
from scipy.special import ndtri
from scipy.stats import binom
from tests.stages.rollout.flights import GOOD, NOISY, fly, toy_terms

from starcase.comparison.comparison_spec import ComparisonSpec
from starcase.evidence.records import ReadingRecord
from starcase.testing.toy import ToyModel

ALPHA = 0.2
FLIGHTS = 40


def test_a_better_challenger_goes_from_shadow_to_promotion(tmp_path: Path) -> None:
    flown = fly(tmp_path, NOISY, GOOD, seed=1, rows=3_000)
    assert flown.taken == ["install", "shadow", "canary", "widen", "promote"]
    shadow, last = flown.shadows[-1], flown.readings[-1]
    assert (shadow.pairs, shadow.missed, shadow.failed, shadow.lag) == (501, 0, 0, 0)
    assert shadow.verdict in {"better", "not worse"}
    assert last.verdict != "worse"
    assert last.difference is not None
    assert last.difference.evidence_class == "replayed"
    assert {arm.arm for arm in last.arms} == {"old", "new"}


def test_a_worse_challenger_is_rolled_back_by_its_outcomes(tmp_path: Path) -> None:
    flown = fly(tmp_path, GOOD, NOISY, seed=1, rows=3_000, share=0.2)
    assert flown.taken[-1] == "rollback"
    assert flown.readings[-1].verdict == "worse"
    assert flown.steps[-1].automatic
    assert "experiment-" in " ".join(flown.steps[-1].because)
    assert sum(reading.verdict == "worse" for reading in flown.readings) == 1


def test_the_plan_is_written_before_the_first_decision_and_in_every_reading(tmp_path: Path) -> None:
    flown = fly(tmp_path, GOOD, GOOD, seed=2, rows=600, share=0.2)
    assert {reading.plan for reading in flown.readings} == {flown.plans[0].sha256}
    assert len(flown.plans) == 1


def test_repeating_a_rollout_on_the_same_ledger_changes_nothing(tmp_path: Path) -> None:
    once = fly(tmp_path, GOOD, NOISY, seed=3, rows=1_500)
    again = fly(tmp_path, GOOD, NOISY, seed=3, rows=1_500)
    assert again.digests == once.digests
    assert again.readings == once.readings


def test_an_interrupted_rollout_ends_like_an_uninterrupted_one(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    whole = fly(tmp_path / "whole", NOISY, GOOD, seed=4, rows=1_500)
    for rows in (350, 900):
        fly(tmp_path / "cut", NOISY, GOOD, seed=4, rows=1_500, stop=rows)
    assert fly(tmp_path / "cut", NOISY, GOOD, seed=4, rows=1_500).digests == whole.digests


@pytest.mark.simulation
def test_without_an_effect_error_rates_stay_below_alpha(tmp_path: Path) -> None:
    """Of challengers equal to the champion, at most a share of alpha is called better, or rolled back.

    Each count stays below the 99.9 % quantile of the binomial with its nominal rate, whatever the schedule of looks;
    an interval for one look only, looked at as often, would not.
    """
    most = binom.ppf(0.999, FLIGHTS, ALPHA / 2)
    terms = toy_terms(alpha=ALPHA, margin=0.0, effect=0.2)
    better = worse = for_one_look = 0
    for seed in range(FLIGHTS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        flown = fly(
            folder, GOOD, ToyModel("x", 2.0, 0.0), seed=seed, rows=450, every=10 + 15 * (seed % 4), share=0.5,
            terms=terms, least=10**6,
        )  # fmt: skip
        better += any(reading.verdict == "better" for reading in flown.readings)
        worse += "rollback" in flown.taken
        for_one_look += any(alone(reading, terms) for reading in flown.readings)
    assert better <= most
    assert worse <= most
    assert for_one_look > FLIGHTS * ALPHA


def alone(reading: ReadingRecord, terms: ComparisonSpec) -> bool:
    """Return whether an interval valid at one look only would exclude 0."""
    if not reading.metrics:
        return False
    seen = reading.metrics[0]
    error = terms.scale_alpha(0.8).compute_planned_error(terms.objective) / sqrt(seen.information.value)
    return abs(seen.difference.value) > float(ndtri(1 - ALPHA / 2)) * error
