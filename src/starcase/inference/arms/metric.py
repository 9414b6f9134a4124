"""Metrics compared between arms: a mean or a ratio of means, with covariates known before exposure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from starcase.errors import NotIdentifiable
from starcase.inference.moments import Moments

FloatArray = npt.NDArray[np.float64]
NO_NEWS = 1e-10
STEEPEST = 1e140


@dataclass(frozen=True, slots=True, kw_only=True)
class Linearization:
    """The linearisation of a metric at the means of one arm: its value and gradient.

    Args:
        origin: the large part of the value, the same kind of split as in ``Moments``.
        offset: the small part; the value is their sum.
        columns: names of the columns it depends on.
        gradient: (k,) derivative of the value by each column's mean.
    """

    origin: float
    offset: float
    columns: tuple[str, ...]
    gradient: FloatArray

    @property
    def value(self) -> float:
        """The metric in this arm."""
        return self.origin + self.offset


class DeltaMetric(Protocol):
    """A smooth function of column means, so that the delta method gives its variance."""

    @property
    def given(self) -> tuple[str, ...]:
        """Columns known of each unit before its exposure."""

    @property
    def name(self) -> str:
        """The metric in words."""

    def linearize(self, arm: Moments) -> Linearization:
        """Value and gradient in an arm."""


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a column: a value a unit, or 0 and 1 for a proportion.

    Args:
        column: the column.
        given: columns known before exposure; they explain variance away (CUPED).
    """

    column: str
    given: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The metric in words."""
        return f"mean of {self.column}"

    def linearize(self, arm: Moments) -> Linearization:
        """Value and gradient in an arm."""
        arm.need(1)
        place = arm.index(self.column)
        return Linearization(
            origin=float(arm.origin[place]),
            offset=float(arm.offset[place]),
            columns=(self.column,),
            gradient=np.ones(1),
        )


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of two sums over units: clicks a view, revenue an order, errors a request.

    It is the form for clustered data: rows of one unit are summed first (``per_unit``), and the ratio of the sums is
    the metric by row with the variance between units.

    Args:
        numerator: column on top.
        denominator: column below.
        given: columns known before exposure; they explain variance away (CUPED).

    Source: Deng, Knoblich & Lu (2018), Applying the delta method in metric analytics, KDD.
    """

    numerator: str
    denominator: str
    given: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The metric in words."""
        return f"{self.numerator} per {self.denominator}"

    def linearize(self, arm: Moments) -> Linearization:
        """Value and gradient in an arm.

        Raises:
            NotIdentifiable: the denominator sums to zero, or to so little that its square is zero.
        """
        above, below = arm.mean(self.numerator), arm.mean(self.denominator)
        if below == 0:
            raise NotIdentifiable(
                f"{self.name} has no value", why=f"{self.denominator} sums to zero over {arm.n} units"
            )
        gradient = np.array([1 / below, -(above / below) / below])
        if not np.abs(gradient).max() < STEEPEST:
            raise NotIdentifiable(
                f"{self.name} has no value", why=f"{self.denominator} is {below:g} on average", mend="rescale it"
            )
        return Linearization(
            origin=0.0, offset=above / below, columns=(self.numerator, self.denominator), gradient=gradient
        )


def fit_covariate_slope(metric: DeltaMetric, arms: Moments) -> FloatArray:
    """Return the slopes of the metric on covariates known before exposure, over both arms.

    Covariates that do not vary, or that repeat others, get no weight of their own.

    Args:
        metric: has at least one column in ``given``.
        arms: the moments of both arms together.

    Source: Deng, Xu, Kohavi & Walker (2013), Improving the sensitivity of online controlled experiments by utilizing
    pre-experiment data, WSDM.
    """
    line = metric.linearize(arms)
    covariances = arms.covariances((*metric.given, *line.columns))
    k = len(metric.given)
    known, joint = covariances[:k, :k], covariances[:k, k:] @ line.gradient
    if k == 1:
        return joint / known[0, 0] if known[0, 0] > 0 else np.zeros(1)
    sizes = np.sqrt(known.diagonal())
    sizes = np.where(sizes > 0, sizes, 1.0)
    correlations = known / np.outer(sizes, sizes)
    slope: FloatArray = np.linalg.pinv(correlations, rcond=NO_NEWS, hermitian=True) @ (joint / sizes) / sizes
    return slope


def fill_gaps(values: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return a covariate with missing values filled by its mean, and a missing indicator; no unit is dropped.

    Args:
        values: (n,) a covariate, NaN where it is missing.

    Returns:
        The covariate with its mean in the holes, and 1 where there was a hole; give both to the metric.

    >>> [column.tolist() for column in fill_gaps([1.0, float("nan"), 3.0])]
    [[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]]
    """
    kept = np.asarray(values, dtype=np.float64)
    missing = np.isnan(kept)
    known = kept[~missing]
    return np.where(missing, known.mean() if known.size else 0.0, kept), missing.astype(np.float64)
