"""A model of simulated users' return, fitted on visits that no candidate has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from starcase.errors import DataError
from starcase.systems.recommend.arrays import FloatArray, IntArray
from starcase.systems.recommend.interactions import Interactions
from starcase.systems.recommend.visits import Visits
from starcase.tables.clock import DAY, HOUR

BREAK = 12 * HOUR
HABIT = 28 * DAY
FEWEST = 50
KNOWN_OF = ("visits before in four weeks", "days since the visit before", "items taken", "fit of the best one taken")
TINY = 1e-9


@dataclass(frozen=True)
class ReturnModel:
    """The probability of another visit after a break and within ``within``.

    Args:
        visits: the history.
        points: (users, d) and (items, d): how well an item fits a user is their inner product.
        within: microseconds.
        mean: (4,) of what is known of a visit, see ``KNOWN_OF``, in logarithms.
        scale: (4,) its standard deviations.
        weights: (5,) of a logistic regression, the constant last.
    """

    visits: Visits
    points: tuple[FloatArray, FloatArray]
    within: int
    mean: FloatArray
    scale: FloatArray
    weights: FloatArray

    def compute_chance(self, basket: int, taken: Sequence[int]) -> float:
        """Compute the probability after a visit with the additional items ``taken``, as indices."""
        known = (_compute_features(self.visits, self.points, basket, taken) - self.mean) / self.scale
        return float(1 / (1 + np.exp(-(known @ self.weights[:-1] + self.weights[-1]))))


def fit_return_model(visits: Visits, points: tuple[FloatArray, FloatArray], since: int, *, within: int) -> ReturnModel:
    """Fit a logistic regression of return on the visits from ``since`` with a fully observed return period.

    Raises:
        DataError: too few visits with or without a return.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - loaded where users are simulated

    end = int(visits.rows.at[-1]) - within
    baskets = list(visits.between(since, end))
    came = np.array([has_return(visits, basket, within) for basket in baskets], dtype=np.bool_)
    if min(came.sum(), (~came).sum()) < FEWEST:
        raise DataError(
            f"{int(came.sum())} of {came.size} held-out visits were followed by another in time",
            why="too few visits with or without a return to fit the return model",
            mend="set an earlier `simulate_from`, or another `simulated_return`, under [options]",
        )
    known = np.array([_compute_features(visits, points, basket, ()) for basket in baskets])
    mean, scale = known.mean(axis=0), np.maximum(known.std(axis=0), TINY)
    fitted = LogisticRegression(C=1e6, max_iter=1_000).fit((known - mean) / scale, came)
    return ReturnModel(visits, points, within, mean, scale, np.append(fitted.coef_[0], fitted.intercept_))


def has_return(visits: Visits, basket: int, within: int) -> bool:
    """Whether history has another visit of the same user after the break and within the period."""
    rows, row = visits.rows, int(visits.begins[basket])
    mine = _list_moments(rows, int(rows.user[row]))
    at = int(rows.at[row])
    first = int(np.searchsorted(mine, at + BREAK, side="left"))
    return bool(first < mine.size and mine[first] <= at + within)


def _compute_features(
    visits: Visits, points: tuple[FloatArray, FloatArray], basket: int, taken: Sequence[int]
) -> FloatArray:
    rows = visits.rows
    first, last = visits.begins[basket], visits.begins[basket + 1]
    user, at = int(rows.user[first]), int(rows.at[first])
    items = np.union1d(rows.item[first:last], np.array(taken, dtype=np.int64))
    mine = _list_moments(rows, user)
    before = mine[: int(np.searchsorted(mine, at, side="left"))]
    habit = float((before >= at - HABIT).sum())
    away = (at - int(before[-1])) / DAY if before.size else HABIT / DAY
    fit = float((points[1][items] @ points[0][user]).max())
    return np.array([np.log1p(habit), np.log1p(away), np.log1p(items.size), fit])


def _list_moments(rows: Interactions, user: int) -> IntArray:
    order, begins = rows.of_user
    return rows.at[order[begins[user] : begins[user + 1]]]
