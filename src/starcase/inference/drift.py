"""The effect of a shift in the mix of units on the objective, with an interval."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from math import fsum, sqrt
from typing import TypeVar

from scipy.special import ndtr, ndtri

from starcase.errors import NotIdentifiable
from starcase.inference.effect import Effect
from starcase.inference.moments import Moments

QUESTION = "the change in the objective through the mix of units alone"
SAME_WITHIN = "within a cell the objective has stayed as it was: a change of the relation itself is not seen"
Cell = TypeVar("Cell", bound=Hashable)


def estimate_drift_effect(
    column: str,
    reference: Mapping[Cell, Moments],
    now: Mapping[Cell, int],
    *,
    level: float = 0.95,
    bounds: tuple[float, float] | None = None,
) -> Effect:
    """Estimate how much the objective changes because the mix of cells has changed.

    Cells are ranges of the score, regions, kinds of unit. Their objective is known from the reference, so that no
    outcome of today is needed. A test of whether the mix has changed is always significant with many units; this
    estimates how much the change matters.

    Args:
        column: the objective, one value a unit, as a column of the reference moments.
        reference: moments of each cell while outcomes were known.
        now: units of today in each cell.
        level: coverage of the interval, two-sided.
        bounds: the least and the largest value a unit can have; needed where units of today are in cells the reference
            does not know, whose part is then bounded by them and widens the interval.

    Raises:
        NotIdentifiable: the reference or today is empty, or a new cell is met without bounds.
        ValueError: a level outside (0, 1).

    Source: direct standardisation; variance by the delta method over both mixes and the cells' means.

    >>> cells = {"low": Moments.from_columns({"loss": [0.0, 1.0, 0.0, 1.0] * 50}),
    ...     "high": Moments.from_columns({"loss": [3.0, 5.0] * 100})}
    >>> estimate_drift_effect("loss", cells, {"low": 100, "high": 300}).sentence
    'Different: 0.875, 95 % interval [0.6448, 1.105], 800 independent units.'
    """
    if not 0 < level < 1:
        raise ValueError(f"a level lies in (0, 1), not {level}")
    before, after = sum(moments.n for moments in reference.values()), sum(now.values())
    if not before or not after:
        raise NotIdentifiable("there is no mix to compare", why=f"{before} units before, {after} now")
    new = sum(n for cell, n in now.items() if cell not in reference or not reference[cell].n) / after
    if new and bounds is None:
        raise NotIdentifiable(
            f"{new:.1%} of the units are in cells never seen before",
            why="nothing is known of their objective",
            mend="give the bounds of a unit's value, or coarser cells",
        )
    known = {cell: moments for cell, moments in reference.items() if moments.n}
    means = {cell: moments.mean(column) for cell, moments in known.items()}
    old = {cell: moments.n / before for cell, moments in known.items()}
    today = {cell: now.get(cell, 0) / after for cell in known}
    moved = fsum((today[cell] - old[cell]) * means[cell] for cell in known)
    within = fsum(
        (today[cell] - old[cell]) ** 2 * moments.variance(column) / moments.n
        for cell, moments in known.items()
        if moments.n > 1
    )
    between = sum(_compute_mix_variance(mix, means) / n for mix, n in ((old, before), (today, after)))
    error = sqrt(within + between)
    least, most = (new * bounds[0], new * bounds[1]) if bounds and new else (0.0, 0.0)
    z = float(ndtri((1 + level) / 2))
    nearest = max(0.0, moved + least, -(moved + most))
    return Effect(
        estimate=moved + (least + most) / 2,
        low=moved + least - z * error,
        high=moved + most + z * error,
        level=level,
        p_value=float(2 * ndtr(-nearest / error)) if error else 1.0,
        n=before + after,
        method=f"direct standardisation over {len(known)} cells" + (f", {new:.1%} in new cells" if new else ""),
        question=QUESTION,
        assumptions=(SAME_WITHIN, "units are independent of each other"),
    )


def _compute_mix_variance(mix: Mapping[Cell, float], means: Mapping[Cell, float]) -> float:
    centre = fsum(share * means[cell] for cell, share in mix.items())
    return fsum(share * (means[cell] - centre) ** 2 for cell, share in mix.items())
