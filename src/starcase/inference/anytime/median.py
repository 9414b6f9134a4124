"""How large is an effect whose experiment stopped because it looked large?"""

from __future__ import annotations

from math import sqrt

from scipy.optimize import brentq

from starcase.inference.anytime.design import Design
from starcase.inference.anytime.mixture import Mixture


def median_unbiased(design: Design | Mixture, z: float, fraction: float) -> float:
    """The estimate at an early stop, in standard errors, corrected for stopping when the boundary was reached.

    It is the effect under which the boundary would have been reached by then in half of all experiments. Where the
    boundary has not been reached, or after the planned size, it is ``z`` itself.

    Args:
        design: its boundary stopped the experiment.
        z: estimate over its standard error.
        fraction: information gathered over the information planned for.

    Source: stagewise ordering after Tsiatis, Rosner & Mehta (1984), Exact confidence intervals following a group
    sequential test, Biometrics 40; with the crossing probability of a straight line in closed form.

    >>> design = Design()
    >>> round(median_unbiased(design, float(design.critical(0.5)), 0.5), 2), median_unbiased(design, 1.0, 0.5)
    (3.14, 1.0)
    """
    if isinstance(design, Mixture) or not 0 < fraction <= 1 or abs(z) < design.critical(fraction):
        return z
    line, path = design.boundary, abs(z) / sqrt(fraction)
    drift = float(brentq(lambda theta: line.crossing(theta, fraction) - 0.5, 0.0, path))
    return drift * sqrt(fraction) * (1 if z > 0 else -1)
