"""Quantiles of two arms without a density estimate; rows may be clustered."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, hypot, inf, sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from starcase.errors import DataError, NotIdentifiable
from starcase.inference.arms.contrast import INDEPENDENT
from starcase.inference.arms.score import compute_two_sided_p
from starcase.inference.effect import TWO_ARMS, Effect, Scale, check_level
from starcase.inference.moments import FloatArray, Moments
from starcase.inference.root_finding import find_root
from starcase.inference.units import encode_units, sum_by_unit

LARGEST_Z = 37.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quantile:
    """A quantile of one arm, and how far its share may be off.

    Args:
        ordered: (n_rows,) the values in ascending order.
        share: which quantile, in (0, 1).
        share_error: standard error of the share of rows below the quantile; between units where rows cluster.
        n: number of independent units.

    Source: Woodruff (1952), Confidence intervals for medians and other position measures, JASA 47.
    """

    ordered: FloatArray
    share: float
    share_error: float
    n: int

    @classmethod
    def from_values(cls, values: npt.ArrayLike, share: float, units: npt.ArrayLike | None = None) -> Quantile:
        """The quantile of an arm.

        Args:
            values: (n_rows,) finite values.
            share: which quantile: 0.5 for the median, 0.99 for p99.
            units: (n_rows,) whose row it is; None where each row is a unit.

        Raises:
            DataError: a value is not finite.
            NotIdentifiable: fewer than two units.
        """
        if not 0 < share < 1:
            raise ValueError(f"a quantile's share lies between 0 and 1, not {share}")
        rows = np.asarray(values, dtype=np.float64)
        bad = np.flatnonzero(~np.isfinite(rows))
        if rows.ndim != 1 or bad.size:
            raise DataError("quantiles need one finite value a row", where=f"rows {bad[:3].tolist()} of {rows.shape}")
        n = rows.size if units is None else encode_units(units)[1]
        if n < 2:  # noqa: PLR2004 - one unit has no spread
            raise NotIdentifiable(f"{n} units are too few for an interval", mend="wait for more units")
        ordered = np.sort(rows)
        error = sqrt(share * (1 - share) / n) if units is None else compute_clustered_error(rows, ordered, share, units)
        return cls(ordered=ordered, share=share, share_error=error, n=n)

    def at(self, z: float) -> float:
        """The value whose share is z standard errors away; infinite beyond the sample."""
        place = (self.ordered.size + 1) * (self.share + z * self.share_error) - 1
        if place < 0 or place > self.ordered.size - 1:
            return -inf if place < 0 else inf
        return self._interpolate(place)

    @property
    def value(self) -> float:
        """The quantile itself."""
        return self._interpolate(min(max((self.ordered.size + 1) * self.share - 1, 0.0), self.ordered.size - 1.0))

    def _interpolate(self, place: float) -> float:
        below = int(place)
        above = min(below + 1, self.ordered.size - 1)
        return float(self.ordered[below] + (place - below) * (self.ordered[above] - self.ordered[below]))

    def log(self) -> Quantile:
        """The same of the logarithms.

        Raises:
            DataError: a value is not positive.
        """
        if self.ordered[0] <= 0:
            raise DataError("a relative difference of quantiles needs positive values", where=f"{self.ordered[0]:g}")
        return Quantile(ordered=np.log(self.ordered), share=self.share, share_error=self.share_error, n=self.n)


def compute_clustered_error(rows: FloatArray, ordered: FloatArray, share: float, units: npt.ArrayLike) -> float:
    """Standard error of the share of rows below the quantile, from the sums over units."""
    sums = sum_by_unit(units, {"below": rows <= np.quantile(ordered, share)})
    away = Moments.from_columns({"away": sums["below"] - share * sums["rows"]})
    return sqrt(away.variance("away") * away.n) / rows.size


def compare_quantiles(
    control: Quantile, treatment: Quantile, *, level: float = 0.95, scale: Scale = "absolute"
) -> Effect:
    """Treatment's quantile less control's, or that as a share of control's (through logarithms).

    Each arm's interval needs no density, and the two are joined so that the difference covers. Where the sample is too
    small to bound a quantile (p99 of 50 rows) the interval is infinite on that side.

    Raises:
        ValueError: the quantiles differ in their share.
        DataError: a value is not positive and the scale is relative.

    Source: Zou & Donner (2008), Construction of confidence limits about effect measures, Statist. Med. 27 (MOVER).

    >>> fast, slow = np.linspace(1, 3, 400), np.linspace(1.5, 3.5, 400)
    >>> effect = compare_quantiles(Quantile.from_values(fast, 0.5), Quantile.from_values(slow, 0.5))
    >>> round(effect.estimate, 3), effect.low > 0
    (0.5, True)
    """
    check_level(level)
    if control.share != treatment.share:
        raise ValueError(f"the {control.share:g} quantile is not comparable with the {treatment.share:g} quantile")
    one, other = (control, treatment) if scale == "absolute" else (control.log(), treatment.log())
    low, high = combine_intervals(one, other, float(ndtri((1 + level) / 2)))
    estimate = other.value - one.value
    if scale == "relative":
        estimate, low, high = expm1(estimate), expm1(low), expm1(high)
    return Effect(
        estimate=estimate,
        low=low,
        high=high,
        level=level,
        p_value=compute_two_sided_p(find_zero_z(one, other)),
        n=control.n + treatment.n,
        method=f"Woodruff intervals of the {control.share:g} quantiles, joined (MOVER)",
        question=TWO_ARMS,
        assumptions=(INDEPENDENT,),
        scale=scale,
    )


def combine_intervals(control: Quantile, treatment: Quantile, z: float) -> tuple[float, float]:
    """The interval of the difference from those of the two."""
    apart = treatment.value - control.value
    down = hypot(max(0.0, treatment.value - treatment.at(-z)), max(0.0, control.at(z) - control.value))
    up = hypot(max(0.0, treatment.at(z) - treatment.value), max(0.0, control.value - control.at(-z)))
    return apart - down, apart + up


def find_zero_z(control: Quantile, treatment: Quantile) -> float:
    """The critical value at which the interval just reaches 0."""
    apart = treatment.value - control.value

    def excess(z: float) -> float:
        low, high = combine_intervals(control, treatment, z)
        return -low if apart > 0 else high

    if not apart or excess(0.0) >= 0:
        return 0.0
    if excess(LARGEST_Z) < 0:
        return LARGEST_Z
    return find_root(lambda z: min(excess(z), abs(apart)), 0.0, LARGEST_Z)
