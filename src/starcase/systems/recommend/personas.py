"""Segments of users by how they behave, on logarithmic scales: large enough, stable, and frozen once assigned."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from starcase.case.clock import DAY
from starcase.errors import NotIdentifiable
from starcase.systems.recommend.arrays import FloatArray, IntArray
from starcase.systems.recommend.interactions import Interactions

BEHAVIOUR = ("days since the last basket", "baskets", "items a basket")
STARTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Personas:
    """Segments of users at one moment; whoever is assigned stays assigned.

    Args:
        of: user to segment.
        medians: of each segment, the medians of its own users in ``BEHAVIOUR``; its name is made of them.
        shares: of each segment.
        stability: the lowest agreement with segments found in a bootstrap sample (adjusted Rand index).
        at: the moment, microseconds UTC.
    """

    of: dict[str, str]
    medians: dict[str, tuple[float, ...]]
    shares: dict[str, float]
    stability: float
    at: int


def behaviour(rows: Interactions, before: int) -> tuple[IntArray, FloatArray]:
    """Users who were there before a moment, and (n, 3) how they behaved: recency, frequency, size of a basket."""
    known = slice(0, int(np.searchsorted(rows.at, before, side="left")))
    user, basket, at = rows.user[known], rows.basket[known], rows.at[known]
    users, place, items = np.unique(user, return_inverse=True, return_counts=True)
    last = np.zeros(users.size, dtype=np.int64)
    np.maximum.at(last, place, at)
    _, first = np.unique(basket, return_index=True)
    baskets = np.bincount(place[first], minlength=users.size).astype(np.float64)
    return users, np.column_stack([(before - last) / DAY, baskets, items / baskets])


def personas(
    rows: Interactions, before: int, *, seed: int, most: int = 5, smallest: float = 0.05, agreement: float = 0.8,
    draws: int = 12,
) -> Personas:  # fmt: skip
    """The finest clustering whose segments are all large enough and that a bootstrap finds again.

    The mean silhouette alone would split off a handful of wholesalers; size and the worst agreement count here.

    Args:
        rows: the interactions.
        before: nothing at or after this moment is looked at.
        seed: of the case.
        most: at most so many segments.
        smallest: the share of users every segment must have.
        agreement: the lowest adjusted Rand index between two of the bootstrap's clusterings and the one on all users.
        draws: bootstrap samples.

    Raises:
        NotIdentifiable: not even two segments are large enough and stable.

    Source: Hennig (2007), Cluster-wise assessment of cluster stability.
    """
    users, raw = behaviour(rows, before)
    x = np.log1p(raw)
    x = (x - x.mean(axis=0)) / np.maximum(x.std(axis=0), 1e-9)
    tried = []
    for count in range(min(most, users.size - 1), 1, -1):
        labels = _clusters(x, count, seed)(x)
        share = np.bincount(labels, minlength=count) / users.size
        stability = _stability(x, labels, count, seed, draws)
        if share.min() >= smallest and stability >= agreement:
            return _named(rows, users, raw, labels, stability, before)
        tried.append(f"{count}: smallest {share.min():.1%}, agreement {stability:.2f}")
    raise NotIdentifiable(
        "users fall into no segments that are large enough and stable",
        why="; ".join(tried),
        mend="treat all users alike, or bring more history",
    )


def _stability(x: FloatArray, labels: IntArray, count: int, seed: int, draws: int) -> float:
    from sklearn.metrics import adjusted_rand_score  # noqa: PLC0415 - loaded when clustering

    rng = np.random.default_rng(seed)
    samples = [rng.integers(len(x), size=len(x)) for _ in range(draws)]
    return float(min(adjusted_rand_score(labels, _clusters(x[rows], count, seed)(x)) for rows in samples))


def _clusters(x: FloatArray, count: int, seed: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from sklearn.cluster import KMeans  # noqa: PLC0415 - loaded when clustering

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return KMeans(count, n_init=STARTS, random_state=seed).fit(x).predict


def _named(
    rows: Interactions, users: IntArray, raw: FloatArray, labels: IntArray, stability: float, before: int
) -> Personas:
    medians = {label: tuple(np.median(raw[labels == label], axis=0).tolist()) for label in np.unique(labels).tolist()}
    names = {label: _name(values, list(medians.values())) for label, values in medians.items()}
    return Personas(
        of={rows.users[user]: names[label] for user, label in zip(users.tolist(), labels.tolist(), strict=True)},
        medians={names[label]: values for label, values in medians.items()},
        shares={names[label]: float(np.mean(labels == label)) for label in medians},
        stability=stability,
        at=before,
    )


def _name(values: Sequence[float], everybody: Sequence[Sequence[float]]) -> str:
    """A segment in its own medians: what is typical of its users, in words and numbers."""
    recency, frequency, size = values
    middle = np.median(np.array(everybody), axis=0)
    seen = "recent" if recency <= middle[0] else "away"
    often = "often" if frequency > middle[1] else "seldom"
    return f"{seen}, {often}: {recency:.0f} d, {frequency:.0f} baskets of {size:.0f}"
