"""Estimate the duration of a contest from fits on small parts of its data."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from starcase.contract.case_spec import ContestSpec
from starcase.contract.growth import Resizable
from starcase.contract.model import Candidate
from starcase.contract.system import Dataset, Fold

SHARES = (1 / 16, 1 / 8)
LONG_S = 2.0
FLAT, STEEP = 0.75, 1.0
OF_RANKING = 0.6
ASKED = 500


@dataclass(frozen=True, slots=True)
class FitTiming:
    """The duration of a small fit: seconds to fit, seconds per answer, and the ratio of full to small training time."""

    fit_seconds: float
    answer_seconds: float
    times: float


@dataclass(frozen=True, slots=True)
class FitWorkload:
    """The work of one candidate in all folds: least and most fits, and answers of each window or fold."""

    fits: tuple[float, float]
    answers: int


def build_small_folds(dataset: Dataset, fold: Fold) -> tuple[Fold, ...]:
    """Build folds at the beginning of the data, each with a share of the training time and of the test span."""
    start = dataset.span()[0]

    def cut_fold(share: float) -> Fold:
        end = start + int(share * (fold.train_end - start))
        until = end + int(share * (fold.test_end - fold.test_start))
        return replace(fold, name=f"the first {share:.0%}", train_end=end, test_start=end, test_end=until)

    return tuple(cut_fold(share) for share in SHARES)


def measure_small_fits(
    candidate: Candidate[Any], dataset: Dataset, folds: Sequence[Fold], *, seed: int
) -> FitTiming | None:
    """Fit on each fold until a fit takes long, and time the last; None if the candidate needs more rows.

    The first fit loads libraries, so it is not the one that counts unless it was long.
    """
    found = None
    for share, fold in zip(SHARES, folds, strict=True):
        if found is None or found.fit_seconds <= LONG_S:
            with suppress(Exception):  # only an estimate is lost
                found = _measure_fit(candidate, dataset, fold, share, seed)
    return found


def _measure_fit(candidate: Candidate[Any], dataset: Dataset, fold: Fold, share: float, seed: int) -> FitTiming:
    train, requests = dataset.train(fold), dataset.requests(fold)[:ASKED]
    began = time.perf_counter()
    model = candidate.fit(train, rng=np.random.default_rng(seed))
    fitted = time.perf_counter()
    model.decide(requests)
    each = (time.perf_counter() - fitted) / max(1, len(requests))
    return FitTiming(fitted - began, each, 1 / share)


def count_fits(contest: ContestSpec, sets: int, folds: int, dataset: Dataset, *, ranking: bool) -> tuple[float, float]:
    """Count the least and most fits of a candidate: tuning with ``sets`` parameter sets, final fits, and growth.

    A fit for ``ranking`` alone counts for a part: it makes neither calibration nor threshold.
    """
    growth = 2 * sum(contest.growth) if isinstance(dataset, Resizable) else 0.0
    each = OF_RANKING if ranking else 1.0
    tried = (each * (sets + contest.windows - 1), each * sets * contest.windows + 1) if sets > 1 else (0.0, 0.0)
    return folds * (tried[0] + 1) + growth, folds * (tried[1] + contest.seeds) + growth


def estimate_duration(found: Iterable[tuple[FitTiming, FitWorkload]], *, workers: int) -> tuple[float, float]:
    """Estimate the range in seconds: costs grow slower or faster than the data, and tuning drops sets early or late."""
    low = high = 0.0
    for one, asked in found:
        answers = one.answer_seconds * asked.answers
        low += asked.fits[0] * (one.fit_seconds * one.times**FLAT + answers)
        high += asked.fits[1] * (one.fit_seconds * one.times**STEEP + answers)
    return low / workers, high / workers
