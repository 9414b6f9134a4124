"""The candidate sources and candidate features of a two-stage model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import msgspec
import numpy as np

from starcase.systems.recommend.arrays import AnyArray, FloatArray, IntArray
from starcase.systems.recommend.history import History
from starcase.systems.recommend.ranking import match_sorted, select_best, sort_unique
from starcase.systems.recommend.scoring.linear import ItemLinearScorer
from starcase.systems.recommend.scoring.model_files import (
    add_prefix,
    decode_array,
    decode_struct,
    encode_array,
    encode_struct,
    select_part,
)
from starcase.systems.recommend.scoring.neighbours import NeighbourScorer

STATE, ITEMS = "sources.json", "items.npy"
LINEAR, NEIGHBOURS, WORDS = "ease", "item_knn", "content"
FEATURES = (
    "ease", "ease rank", "item_knn", "content", "own count", "own share", "own age", "own age in gaps",
    "own last basket", "recent", "half year", "all time", "rising", "season", "item age", "baskets", "items taken",
    "user age", "basket size", "repeat share",
)  # fmt: skip
NEVER = np.nan
MOST_TAKEN = 1_000


class SourcesState(msgspec.Struct, frozen=True):
    """The settings of the sources.

    ``pool``: candidates of each source; ``repeat``: may taken items return; ``words``: have items texts; ``full``: is
    there a linear model, or were there too many items for one.
    """

    pool: int
    repeat: bool
    words: bool
    full: bool


@dataclass(frozen=True)
class CandidateSources:
    """The sources: linear model, neighbours, content, the user's own history and popularity.

    Args:
        state: how many of each.
        linear: a full item-to-item model; the neighbours again where there are too many items for one.
        neighbours: another one.
        content: a third one, over words; the neighbours again where there are no words.
        items: (5, n_items) float64: what is known of each item, see ``compute_item_features``.
    """

    state: SourcesState
    linear: ItemLinearScorer | NeighbourScorer
    neighbours: NeighbourScorer
    content: NeighbourScorer
    items: FloatArray

    def candidates(self, history: History) -> tuple[IntArray, FloatArray]:
        """Return the indices of the candidates, rising, and their features (m, d)."""
        linear = self.linear.scores(history)
        near = self.neighbours.scores(history) if self.state.full else linear
        words = self.content.scores(history) if self.state.words else None
        pool = self._select_pool(history, linear, near)
        return pool, self._build_features(history, pool, linear, near, words)

    @cached_property
    def _popular(self) -> IntArray:
        """Item indices by recent popularity, enough for half a pool of items the user has not taken."""
        return select_best(self.items[0], self.state.pool // 2 + MOST_TAKEN, 0)

    def _select_pool(self, history: History, linear: AnyArray, near: AnyArray) -> IntArray:
        count, seen = self.state.pool, history.distinct
        popular = self._popular[: count // 2 + seen.size]
        taken, _ = match_sorted(popular, seen)
        fresh = popular[~taken][: count // 2]
        parts = [_select_unseen(linear, seen, count), fresh]
        if self.state.full:
            parts.append(_select_unseen(near, seen, count // 2))
        if self.state.repeat:
            own = history.counts + 1.0 / (1.0 + np.maximum(history.ages, 0.0))
            parts.append(seen[np.argsort(-own, kind="stable")[: 2 * count]])
        return sort_unique(np.concatenate(parts))

    def _build_features(
        self, history: History, pool: IntArray, linear: AnyArray, near: AnyArray, words: AnyArray | None
    ) -> FloatArray:
        known = np.empty((len(FEATURES), pool.size)).T
        known[:, 0] = linear[pool]
        known[np.argsort(-known[:, 0], kind="stable"), 1] = np.arange(pool.size)
        known[:, 2], known[:, 3] = near[pool], 0.0 if words is None else words[pool]
        known[:, 4:9] = _build_own_features(history, pool)
        known[:, 9:15] = self._build_item_features(pool)
        known[:, 15:] = _build_user_features(history)
        return known

    def _build_item_features(self, pool: IntArray) -> FloatArray:
        recent, half_year, takers, season, age = self.items[:, pool]
        rising = np.log1p(recent) - np.log1p(half_year)
        return np.column_stack([np.log1p(recent), np.log1p(half_year), np.log1p(takers), rising, season, age])

    def files(self) -> Mapping[str, bytes]:
        """The parts, each under its name."""
        return {
            STATE: encode_struct(self.state),
            ITEMS: encode_array(self.items),
            **(add_prefix(LINEAR, self.linear.files()) if self.state.full else {}),
            **add_prefix(NEIGHBOURS, self.neighbours.files()),
            **(add_prefix(WORDS, self.content.files()) if self.state.words else {}),
        }

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The sources that ``files`` describe; raises ArtefactError."""
        state = decode_struct(files, STATE, SourcesState)
        near = NeighbourScorer.from_files(select_part(files, NEIGHBOURS))
        words = NeighbourScorer.from_files(select_part(files, WORDS)) if state.words else near
        linear = ItemLinearScorer.from_files(select_part(files, LINEAR)) if state.full else near
        return cls(state, linear, near, words, decode_array(files, ITEMS))


def _select_unseen(scores: AnyArray, seen: IntArray, count: int) -> IntArray:
    """Select the best indices not taken; ``scores`` is restored afterwards."""
    held = scores[seen]
    scores[seen] = -np.inf
    found = select_best(scores, count, 0)
    scores[seen] = held
    return found


def _build_own_features(history: History, pool: IntArray) -> FloatArray:
    """Build (m, 5) features of each candidate in the user's history; missing where it was never taken."""
    told = np.full((pool.size, 5), NEVER)
    told[:, 0] = 0.0
    mine, at = match_sorted(pool, history.distinct)
    if not at.size:
        return told
    counts, ages = history.counts[at], history.ages[at]
    gaps = np.maximum(history.gaps[at], 1.0)
    for column, said in enumerate(
        (counts, counts / history.baskets, ages, ages / gaps, ages <= history.ages.min() + 1e-6)
    ):
        told[mine, column] = said
    return told


def _build_user_features(history: History) -> FloatArray:
    """Build the user features, (5,)."""
    if not len(history):
        return np.array([0.0, 0.0, NEVER, NEVER, NEVER])
    return np.array(
        [
            float(history.baskets),
            float(history.distinct.size),
            float(history.ages.min()),
            len(history) / history.baskets,
            1.0 - history.distinct.size / len(history),
        ]
    )
