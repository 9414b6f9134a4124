"""Two forecasts of the same series."""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError, NotIdentifiable
from starcase.inference.effect import FITTED_MODEL, Effect
from starcase.inference.finite_values import require_finite
from starcase.inference.t_interval import t_interval

FloatArray = npt.NDArray[np.float64]


def diebold_mariano(first: npt.ArrayLike, second: npt.ArrayLike, *, horizon: int = 1, level: float = 0.95) -> Effect:
    """First less second mean loss, with errors that overlap as forecasts over a horizon do.

    The small-sample factor of Harvey, Leybourne and Newbold and Student's t are used. Where the plain sum of
    autocovariances is not positive, Bartlett's weights are taken, and the method says so.

    Args:
        first: (n,) losses in the order of time.
        second: (n,) losses of the other forecast at the same times.
        horizon: steps ahead; losses less than this apart may depend on each other.
        level: coverage of the interval.

    Raises:
        DataError: lengths differ or a loss is not finite.
        NotIdentifiable: fewer than two times, or no more times than twice the horizon.

    Source: Diebold & Mariano (1995), J. Bus. Econ. Stat. 13; Harvey, Leybourne & Newbold (1997), Int. J. Forecast. 13.

    >>> rng = np.random.default_rng(1)
    >>> effect = diebold_mariano(rng.normal(size=50) ** 2, 2 + rng.normal(size=50) ** 2)
    >>> effect.estimate < 0, effect.p_value < 0.001
    (True, True)
    """
    one, other = require_finite(first, "a loss"), require_finite(second, "a loss")
    if one.ndim != 1 or one.shape != other.shape:
        raise DataError("each time needs two finite losses", where=f"{one.shape} and {other.shape}")
    n = one.size
    if horizon < 1 or n < 2 or n <= 2 * horizon:  # noqa: PLR2004 - one time has no spread
        raise NotIdentifiable(
            f"{n} times are too few to compare forecasts {horizon} steps ahead", mend="use more times"
        )
    apart = one - other
    variance, kernel = estimate_long_run_variance(apart, horizon)
    factor = sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    return t_interval(
        float(apart.mean()),
        sqrt(variance / n) / factor,
        freedom=n - 1,
        level=level,
        n=n,
        method=f"Diebold-Mariano, {horizon} steps ahead, Harvey-Leybourne-Newbold, {kernel} weights",
        question=FITTED_MODEL,
        assumptions=("the loss difference is stationary", f"losses {horizon} steps or more apart are independent"),
    )


def estimate_long_run_variance(series: FloatArray, horizon: int) -> tuple[float, str]:
    """The variance of the mean times n, with autocovariances below the horizon, and the weights that gave it."""
    away = series - series.mean()
    covariances = np.array([away[lag:] @ away[: series.size - lag] / series.size for lag in range(horizon)])
    plain = float(covariances[0] + 2 * covariances[1:].sum())
    if plain > 0 or not covariances[0]:
        return max(0.0, plain), "equal"
    weights = 1 - np.arange(1, horizon) / horizon
    return float(covariances[0] + 2 * weights @ covariances[1:]), "Bartlett"
