"""Variance components other than units: the randomness of training, and the end of training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from starcase.contract.request import FloatArray
from starcase.inference import FITTED_ANEW, FITTED_LATER, FITTED_MODEL

FITS, MOMENTS = 1, 2


def draw_training_noise(of_folds: Sequence[FloatArray], *, draws: int, seed: tuple[int, int]) -> FloatArray:
    """Draw the deviation of the mean over few fits from that over very many, (draws,), averaged over folds.

    Student's t with one degree of freedom less than there are fits, so that a few fits promise no more than they can.

    Args:
        of_folds: the metric of each fit, one array a fold; a single fit tells nothing of its noise and adds none.
        draws: how many.
        seed: of the contest, and the place of the candidate.

    Source: the fiducial distribution of a normal mean, Fisher (1935); of two of them, Behrens and Fisher.
    """
    rng = np.random.default_rng([seed[0], FITS, seed[1]])
    found = np.zeros((len(of_folds), draws))
    for place, fits in enumerate(of_folds):
        if fits.size > 1:
            found[place] = rng.standard_t(fits.size - 1, draws) * fits.std(ddof=1) / np.sqrt(fits.size)
    return np.asarray(found.mean(axis=0))


def draw_moment_noise(observed: Mapping[str, Sequence[FloatArray]], *, draws: int, seed: int) -> dict[str, FloatArray]:
    """Draw the deviation of the mean over few moments from that over very many, (draws,) for each candidate.

    The draws are shared, so that the difference of two candidates is drawn from Student's t over *its* values at those
    moments: what lifts both at once says nothing about which is better.

    Args:
        observed: of each candidate the metric of each fit, one array a fold.
        draws: how many.
        seed: of the contest.
    """
    moments = len(next(iter(observed.values())))
    rng = np.random.default_rng([seed, MOMENTS])
    normal = rng.normal(size=(moments, draws)) / np.sqrt(rng.chisquare(moments - 1, draws) / (moments - 1))
    found = {}
    for name, of_folds in observed.items():
        means = np.array([fits.mean() for fits in of_folds])
        found[name] = (means - means.mean()) @ normal / np.sqrt(moments * (moments - 1))
    return found


def select_question(*, seeds: int, over_time: bool) -> str:
    """Return the question that the intervals of a contest answer."""
    if over_time:
        return FITTED_LATER
    return FITTED_ANEW if seeds > 1 else FITTED_MODEL
