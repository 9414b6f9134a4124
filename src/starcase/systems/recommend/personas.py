"""User segments at one moment; the assignment does not change afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from starcase.stages.analysis.segments import BehaviourSegments, find_segments
from starcase.systems.recommend.arrays import FloatArray, IntArray
from starcase.systems.recommend.dataset import RecommendDataset
from starcase.systems.recommend.interactions import Interactions
from starcase.tables.clock import DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Personas:
    """User segments at one moment.

    Args:
        of: user to the name of a segment, which is made of the segment's own medians.
        segments: their centres, sizes and stability.
        at: the moment, microseconds UTC.
    """

    of: Mapping[str, str]
    segments: BehaviourSegments
    at: int


@dataclass(frozen=True, slots=True)
class BehaviourSegmentation:
    """Segmentation by recency, frequency and basket size, as ``[experiment] segments`` names it.

    Args:
        seed: of the case.
    """

    seed: int
    name: str = "behaviour"

    def segments(self, dataset: RecommendDataset, until: int, /) -> Mapping[str, str]:
        """Assign users to segments from their interactions before a moment; raises NotIdentifiable."""
        return find_personas(dataset.interactions, until, seed=self.seed).of


def describe_persona(values: Sequence[float], everybody: Sequence[Sequence[float]]) -> str:
    """Describe a segment by the medians of its users, in words and numbers.

    >>> describe_persona([19, 15, 9], [[19, 15, 9], [300, 1, 9]])
    'recent, often: 19 d, 15 baskets of 9'
    """
    recency, frequency, size = values
    middle = np.median(np.array(everybody), axis=0)
    seen = "recent" if recency <= middle[0] else "away"
    often = "often" if frequency > middle[1] else "seldom"
    return f"{seen}, {often}: {recency:.0f} d, {frequency:.0f} baskets of {size:.0f}"


def measure_behaviour(rows: Interactions, before: int) -> tuple[IntArray, FloatArray]:
    """Return the users before a moment, and (n, 3) recency, frequency and basket size."""
    known = slice(0, int(np.searchsorted(rows.at, before, side="left")))
    user, basket, at = rows.user[known], rows.basket[known], rows.at[known]
    users, place, items = np.unique(user, return_inverse=True, return_counts=True)
    last = np.zeros(users.size, dtype=np.int64)
    np.maximum.at(last, place, at)
    _, first = np.unique(basket, return_index=True)
    baskets = np.bincount(place[first], minlength=users.size).astype(np.float64)
    return users, np.column_stack([(before - last) / DAY, baskets, items / baskets])


def find_personas(
    rows: Interactions, before: int, *, seed: int, most: int = 5, smallest: float = 0.05, agreement: float = 0.8,
    draws: int = 12,
) -> Personas:  # fmt: skip
    """Find user segments in a log, from rows before ``before`` only.

    Further arguments and errors as in ``analysis.segments.find_segments``.
    """
    users, raw = measure_behaviour(rows, before)
    found = find_segments(
        raw, describe_persona, seed=seed, most=most, smallest=smallest, agreement=agreement, draws=draws
    )
    places = found.place(raw)
    return Personas(
        of={rows.users[user]: found.names[place] for user, place in zip(users.tolist(), places.tolist(), strict=True)},
        segments=found,
        at=before,
    )
