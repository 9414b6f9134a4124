"""Intervals that cover other fits and other moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest

from starcase.compute.executor import InProcess
from starcase.contract.case_spec import ContestSpec
from starcase.contract.model import Model
from starcase.errors import CaseFileError
from starcase.evidence.records import Standing
from starcase.inference import FITTED_ANEW, FITTED_LATER, FITTED_MODEL
from starcase.stages.contest import Contest, run
from starcase.stages.contest.variance_components import draw_moment_noise, draw_training_noise
from starcase.testing import ToyCandidate, ToySystem, toy_case
from starcase.testing.toy import ToyModel

LEVEL = 0.9
RUNS = 500
TOLERANCE = 3 * (LEVEL * (1 - LEVEL) / RUNS) ** 0.5


@pytest.mark.simulation
@pytest.mark.parametrize("fits", [2, 5])
def test_intervals_from_few_fits_cover_the_mean_of_many(fits: int) -> None:
    rng = np.random.default_rng(2)
    covered = 0
    for place in range(RUNS):
        reached = rng.normal(size=fits)
        draws = reached.mean() + draw_training_noise([reached], draws=1_000, seed=(1, place))
        low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        covered += low <= 0 <= high
    assert covered / RUNS == pytest.approx(LEVEL, abs=TOLERANCE)


@pytest.mark.simulation
def test_shared_moment_effects_do_not_widen_a_difference() -> None:
    rng = np.random.default_rng(3)
    covered, widths = 0, []
    for seed in range(RUNS):
        season = rng.normal(0, 50, 4)
        reached = {name: [np.array([value]) for value in season + rng.normal(size=4)] for name in ("a", "b")}
        noise = draw_moment_noise(reached, draws=1_000, seed=seed)
        apart = np.mean(reached["a"]) - np.mean(reached["b"]) + noise["a"] - noise["b"]
        low, high = np.quantile(apart, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        covered += low <= 0 <= high
        widths.append(high - low)
    assert covered / RUNS == pytest.approx(LEVEL, abs=TOLERANCE)
    assert np.median(widths) < 6


@dataclass(frozen=True, slots=True)
class Lucky(ToyCandidate):
    """A candidate whose quality depends on its seed."""

    luck: float = 1.5

    def fit(self, train: pl.DataFrame, /, *, rng: np.random.Generator) -> Model:
        rate = float(train["bad"].to_numpy().mean())
        return ToyModel(self.feature, self.slope + self.luck * float(rng.normal()), rate)

    def load(self, files: Mapping[str, bytes], /) -> Model:
        return ToyCandidate.load(self, files)


def hold(seeds: int = 1, *, folds: int = 3, over_time: bool = False, luck: float = 1.5) -> Contest:
    spec = ContestSpec(folds=folds, trials=1, draws=400, seeds=seeds, over_time=over_time)
    system, case = ToySystem(), replace(toy_case(), contest=spec)
    entrants = [*system.candidates(case), Lucky("lucky", 4, "x", 2.0, luck)]
    return run(case, system, system.load(case), entrants, InProcess())


def standing(held: Contest, name: str) -> Standing:
    return next(s for s in held.record.standings if s.candidate == name)


def width(of: Standing) -> float:
    low, high = of.figures[0].low, of.figures[0].high
    assert low is not None
    assert high is not None
    return high - low


def test_training_noise_widens_only_its_own_interval() -> None:
    once, often = hold(), hold(5)
    assert (standing(once, "lucky").fits, standing(once, "lucky").spread) == (1, None)
    lucky, plain = standing(often, "lucky"), standing(often, "strong")
    assert (lucky.fits, plain.fits) == (5, 1)
    assert lucky.spread is not None
    assert lucky.spread.value > 0
    assert width(lucky) > width(standing(once, "lucky"))
    assert plain.figures == standing(once, "strong").figures
    assert (once.record.question, often.record.question) == (FITTED_MODEL, FITTED_ANEW)


def test_the_stored_model_is_that_of_the_first_seed() -> None:
    """Not the luckiest: it was chosen before any was measured."""
    assert standing(hold(5), "lucky").model == standing(hold(), "lucky").model


def test_several_seeds_give_a_reproducible_record() -> None:
    assert hold(3, over_time=True).record == hold(3, over_time=True).record


def test_moments_widen_intervals_of_differences_over_time() -> None:
    within, across = hold(), hold(over_time=True)
    assert across.record.question == FITTED_LATER
    assert width(standing(across, "strong")) > width(standing(within, "strong"))
    assert all("other moments" in c.method for c in across.record.comparisons)


def test_two_moments_give_no_variance_over_time() -> None:
    with pytest.raises(CaseFileError, match="at least 3 folds"):
        ContestSpec(folds=2, over_time=True)
