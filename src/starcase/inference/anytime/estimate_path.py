"""The result after every event of an experiment, for plots and simulations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError
from starcase.inference.anytime.design import Design
from starcase.inference.anytime.mixture import Mixture
from starcase.inference.finite_values import require_finite

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EstimatePath:
    """The difference of two means after each event; arrays of one shape, events along the last axis.

    Args:
        estimate: treatment less control; 0 while an arm is empty.
        standard_error: the larger of Welch's and the one under "no difference"; 0 while nothing varies.
        information: harmonic sum of the arms' units, ``n1 n0 / (n1 + n0)``.
    """

    estimate: FloatArray
    standard_error: FloatArray
    information: FloatArray

    @property
    def z(self) -> FloatArray:
        """The estimate in standard errors; 0 while nothing varies."""
        known = self.standard_error > 0
        return np.divide(self.estimate, self.standard_error, out=np.zeros_like(self.estimate), where=known)

    def fraction(self, control_n: float, treatment_n: float) -> FloatArray:
        """Information over that of the planned sizes of the arms."""
        return self.information * ((control_n + treatment_n) / (control_n * treatment_n))

    def interval(self, design: Design | Mixture, fraction: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The confidence sequence: the narrowest interval so far after each event."""
        known = self.standard_error > 0
        half = np.where(known, design.critical(fraction) * np.where(known, self.standard_error, 1.0), np.inf)
        low = np.maximum.accumulate(self.estimate - half, axis=-1)
        return low, np.minimum.accumulate(self.estimate + half, axis=-1)


def compute_path(values: npt.ArrayLike, treated: npt.ArrayLike, given: npt.ArrayLike | None = None) -> EstimatePath:
    """Return the estimate path over the events of two arms.

    Args:
        values: (..., n_events) outcomes in order of time; leading axes are independent experiments.
        treated: (..., n_events) whether the event belongs to the treatment.
        given: (..., n_events) a covariate known before exposure; it explains variance away (CUPED).

    Raises:
        DataError: a value is not finite, or shapes differ.

    >>> path = compute_path([1.0, 2.0, 1.0, 4.0], [False, True, False, True])
    >>> path.estimate.tolist(), path.information.tolist()
    ([0.0, 1.0, 1.0, 2.0], [0.0, 0.5, 0.6666666666666666, 1.0])
    """
    y, on = np.asarray(values, dtype=np.float64), np.asarray(treated, dtype=np.bool_)
    columns = [y] if given is None else [y, np.asarray(given, dtype=np.float64)]
    for column in columns:
        if require_finite(column, "an event's value").shape != on.shape:
            raise DataError("each event has one finite value and one arm", why=f"{column.shape} and {on.shape}")
    if not y.size:
        return EstimatePath(estimate=y.copy(), standard_error=y.copy(), information=y.copy())
    near = [column - column[..., :1] for column in columns]
    treatment, control = _Sums.from_columns(near, on), _Sums.from_columns(near, ~on)
    slope = _compute_slope(treatment, control) if given is not None else None
    return _build_path(treatment, control, slope)


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Running count, sums and sums of products of one arm."""

    n: FloatArray
    first: list[FloatArray]
    second: list[FloatArray]

    @classmethod
    def from_columns(cls, columns: list[FloatArray], chosen: BoolArray) -> _Sums:
        kept = [np.where(chosen, column, 0.0) for column in columns]
        pairs = [(0, 0), (0, 1), (1, 1)] if len(kept) > 1 else [(0, 0)]
        return cls(
            np.cumsum(chosen, axis=-1, dtype=np.float64),
            [np.cumsum(column, axis=-1) for column in kept],
            [np.cumsum(kept[a] * kept[b], axis=-1) for a, b in pairs],
        )

    def compute_residual(self, slope: FloatArray | None) -> tuple[FloatArray, FloatArray]:
        """Sum and sum of squares of the value less the slope times the covariate."""
        if slope is None:
            return self.first[0], self.second[0]
        yy, yx, xx = self.second
        return self.first[0] - slope * self.first[1], yy - 2 * slope * yx + slope * slope * xx


def _compute_slope(one: _Sums, other: _Sums) -> FloatArray:
    n = one.n + other.n
    y, x = (a + b for a, b in zip(one.first, other.first, strict=True))
    _, yx, xx = (a + b for a, b in zip(one.second, other.second, strict=True))
    spread = xx - x * x / n
    return np.divide(yx - y * x / n, spread, out=np.zeros_like(spread), where=spread > 1e-12 * xx)


def _build_path(treatment: _Sums, control: _Sums, slope: FloatArray | None) -> EstimatePath:
    n1, n0 = np.maximum(treatment.n, 1.0), np.maximum(control.n, 1.0)
    (s1, q1), (s0, q0) = treatment.compute_residual(slope), control.compute_residual(slope)
    both = (treatment.n > 0) & (control.n > 0)
    within1, within0 = np.maximum(0.0, q1 - s1 * s1 / n1), np.maximum(0.0, q0 - s0 * s0 / n0)
    apart = np.where(both, s1 / n1 - s0 / n0, 0.0)
    information = treatment.n * control.n / (n1 + n0)
    pooled = (within1 + within0 + apart * apart * information) / np.maximum(n1 + n0 - 1, 1.0)
    welch = within1 / (n1 * np.maximum(n1 - 1, 1.0)) + within0 / (n0 * np.maximum(n0 - 1, 1.0))
    null = np.divide(pooled, information, out=np.zeros_like(pooled), where=both)
    return EstimatePath(estimate=apart, standard_error=np.sqrt(np.maximum(welch, null)), information=information)
