"""Corrections of an estimate for early stopping."""

from __future__ import annotations

from math import sqrt

from starcase.inference.anytime.design import Design
from starcase.inference.anytime.mixture import Mixture
from starcase.inference.root_finding import find_root

BEYOND = 1e6


def estimate_median_unbiased(design: Design | Mixture, z: float, fraction: float) -> float:
    """Return the median-unbiased estimate at an early stop, in standard errors.

    It is the effect under which the boundary would have been reached by then in half of all experiments, so over all
    experiments, stopped or not, it is too large as often as too small. Where the boundary has not been reached, or
    after the planned size, it is ``z`` itself.

    Args:
        design: its boundary stopped the experiment.
        z: estimate over its standard error.
        fraction: information gathered over the information planned for.

    Source: stagewise ordering after Tsiatis, Rosner & Mehta (1984), Exact confidence intervals following a group
    sequential test, Biometrics 40; with the crossing probability of a straight line in closed form.

    >>> design = Design()
    >>> (round(estimate_median_unbiased(design, float(design.critical(0.5)), 0.5), 2),
    ...  estimate_median_unbiased(design, 1.0, 0.5))
    (3.14, 1.0)
    """
    if isinstance(design, Mixture) or not _has_stopped(design, z, fraction):
        return z
    line, path = design.boundary, abs(z) / sqrt(fraction)
    if path > BEYOND:
        return z
    drift = find_root(lambda theta: line.compute_crossing(theta, fraction) - 0.5, 0.0, path)
    return drift * sqrt(fraction) * (1 if z > 0 else -1)


def estimate_given_stop(design: Design | Mixture, z: float, fraction: float) -> float:
    """Return the estimate conditional on the early stop, in standard errors.

    Among experiments that stop, effects look too large: a true effect that is found with probability .8 reads 1.3 times
    its size. This is the effect under which a stop at just this fraction was most likely, given that there was one. It
    never changes the sign, varies more than ``estimate_median_unbiased``, and is 0 where a stop that late
    speaks for nothing.

    Args:
        design: its boundary stopped the experiment.
        z: estimate over its standard error.
        fraction: information gathered over the information planned for.

    Source: conditional maximum likelihood after Fan, DeMets & Lan (2004), Conditional bias of point estimates following
    a group sequential test, J. Biopharm. Statist. 14; the first-passage density of a straight line in closed form.

    >>> design = Design()
    >>> round(estimate_given_stop(design, float(design.critical(0.5)), 0.5), 2)
    3.26
    """
    if isinstance(design, Mixture) or not _has_stopped(design, z, fraction):
        return z
    line, path = design.boundary, abs(z) / sqrt(fraction)

    def slope(theta: float) -> float:
        return (path - theta) * fraction - line.compute_log_derivative(theta)

    drift = find_root(slope, 0.0, path) if slope(0.0) > 0 else 0.0
    return drift * sqrt(fraction) * (1 if z > 0 else -1)


def _has_stopped(design: Design, z: float, fraction: float) -> bool:
    return 0 < fraction <= 1 and abs(z) >= float(design.critical(fraction))
