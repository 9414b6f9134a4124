"""Post-stratification: arms reweighted so that each stratum has the same share in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from starcase.errors import DataError, NotIdentifiable
from starcase.inference.moments import Moments


def apply_post_stratification(strata: Mapping[str, Sequence[Moments]]) -> tuple[Moments, ...]:
    """The moments of each arm with every stratum weighted by its share of all units.

    Differences between strata leave the variance, and a stratum that is over-represented in one arm by chance, or by a
    ramp whose stages had other shares, no longer tilts the comparison. Any metric may be read from the result.

    Args:
        strata: name of a stratum to the moments of its arms, the arms in one order.

    Returns:
        One ``Moments`` an arm. Its means are the weighted ones and its covariances those that give the weighted means
        their right standard error.

    Raises:
        NotIdentifiable: an arm has fewer than two units in a stratum.
        DataError: there is no stratum, or strata differ in their number of arms.

    Source: Miratrix, Sekhon & Yu (2013), Adjusting treatment effect estimates by post-stratification, JRSS-B 75.

    >>> young = Moments.from_columns({"y": [1.0, 2.0]}), Moments.from_columns({"y": [2.0, 3.0, 2.0, 3.0]})
    >>> old = Moments.from_columns({"y": [11.0, 12.0, 11.0, 12.0]}), Moments.from_columns({"y": [12.0, 13.0]})
    >>> control, treatment = apply_post_stratification({"young": young, "old": old})
    >>> treatment.mean("y") - control.mean("y")
    1.0
    """
    if not strata or len({len(arms) for arms in strata.values()}) > 1:
        raise DataError("each stratum needs the moments of the same arms", where=", ".join(strata) or "no stratum")
    for name, arms in strata.items():
        for place, arm in enumerate(arms):
            if arm.n < 2:  # noqa: PLR2004 - one unit has no spread
                raise NotIdentifiable(
                    f"{arm.n} units are too few for a stratum",
                    where=f"stratum {name}, arm {place}",
                    mend="merge it with a similar stratum",
                )
    sizes = np.array([sum(arm.n for arm in arms) for arms in strata.values()], dtype=np.float64)
    weights = sizes / sizes.sum()
    return tuple(combine_strata(arm, weights) for arm in zip(*strata.values(), strict=True))


def combine_strata(strata: Sequence[Moments], weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Moments:
    """The moments of one arm from those of its strata."""
    n, origin = sum(stratum.n for stratum in strata), strata[0].origin
    offset, error = np.zeros_like(origin), np.zeros((origin.size, origin.size))
    for stratum, weight in zip(strata, weights, strict=True):
        offset = offset + weight * ((stratum.origin - origin) + stratum.offset)
        error = error + weight**2 * stratum.products / (stratum.n - 1) / stratum.n
    return Moments(names=strata[0].names, n=n, origin=origin.copy(), offset=offset, products=error * n * (n - 1))
