"""Platt calibration of scores on a window that was not used for fitting."""

from __future__ import annotations

import msgspec
import numpy as np

from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.scoring.logistic import log_odds, logistic

SLOPE_PRIOR = 10.0
INTERCEPT_PRIOR = 0.1
STEPS = 50
TOLERANCE = 1e-10
LEAST_SLOPE = 0.05


class PlattCalibration(msgspec.Struct, frozen=True, gc=False):
    """``logistic(slope * log-odds + intercept)``: it never changes the order of two scores.

    >>> round(PlattCalibration(1.0, 0.0)(0.25), 12)
    0.25
    """

    slope: float
    intercept: float

    def __call__(self, probability: float) -> float:
        """The calibrated probability."""
        return logistic(self.slope * log_odds(probability) + self.intercept)

    def all(self, probabilities: FloatArray) -> FloatArray:
        """The calibrated probabilities, (n,) to (n,), each equal to the result for the single score."""
        return np.array([self(p) for p in probabilities.tolist()])


def calibrate(probabilities: FloatArray, frauds: FloatArray) -> PlattCalibration:
    """Fit Platt scaling with a prior at the identity, which limits the change where the window has few frauds.

    Args:
        probabilities: (n,) out-of-sample scores in [0, 1].
        frauds: (n,) 1 or 0.

    Source: Platt (1999), Probabilistic outputs for support vector machines; a Gaussian prior on slope - 1 and intercept
    takes the place of his target smoothing.
    """
    x = np.array([log_odds(p) for p in probabilities.tolist()])
    beta = np.array([1.0, 0.0])
    prior = np.array([SLOPE_PRIOR, INTERCEPT_PRIOR])
    design = np.stack([x, np.ones_like(x)], axis=1)
    for _ in range(STEPS):
        mean = 1 / (1 + np.exp(-np.clip(design @ beta, -500, 500)))
        gradient = design.T @ (mean - frauds) + prior * (beta - np.array([1.0, 0.0]))
        hessian = (design * (mean * (1 - mean))[:, None]).T @ design + np.diag(prior)
        step = np.linalg.solve(hessian, gradient)
        size = float(np.abs(step).max())
        beta = beta - step / max(1.0, size)
        if size < TOLERANCE:
            break
    return PlattCalibration(max(float(beta[0]), LEAST_SLOPE), float(beta[1]))
