"""A user's history: text in a request, arrays for a model. Models store items, never users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Annotated

import msgspec
import numpy as np

from starcase.errors import DataError
from starcase.systems.recommend.arrays import FloatArray, IntArray
from starcase.systems.recommend.ranking import sort_unique
from starcase.tables.clock import DAY

FEATURE, MOST = "history", 10_000
_MOMENT = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]
_TEXT = msgspec.json.Decoder(list[tuple[_MOMENT, list[str]]])


@dataclass(frozen=True)
class History:
    """The interactions of one user before a moment, in order of time.

    Args:
        codes: (n,) indices in the catalogue.
        at: (n,) when, microseconds UTC.
        now: the moment, microseconds UTC.
        unknown: number of interactions with items outside the catalogue.
        later: number of interactions not before ``now``.
        earlier: number of interactions before the latest ``MOST``.

    >>> past = History(np.array([4, 2, 4]), np.array([0, 0, DAY]), 3 * DAY)
    >>> past.distinct.tolist(), past.counts.tolist(), past.ages.tolist(), past.baskets
    ([2, 4], [1.0, 2.0], [3.0, 2.0], 2)
    """

    codes: IntArray
    at: IntArray
    now: int
    unknown: int = 0
    later: int = 0
    earlier: int = 0

    @property
    def left_out(self) -> dict[str, int]:
        """The number of ignored interactions by reason; empty where none are."""
        counts = {"unknown": self.unknown, "later": self.later, "earlier": self.earlier}
        return {name: n for name, n in counts.items() if n}

    def __len__(self) -> int:
        return int(self.codes.size)

    @cached_property
    def _grouped(self) -> tuple[IntArray, IntArray, IntArray]:
        order = np.argsort(self.codes, kind="stable")
        ordered = self.codes[order]
        first = np.flatnonzero(np.diff(ordered, prepend=-1))
        return order, ordered[first], first

    @property
    def distinct(self) -> IntArray:
        """(m,) the items, each once, rising."""
        return self._grouped[1]

    @cached_property
    def counts(self) -> FloatArray:
        """(m,) the number of baskets with each of ``distinct``."""
        return np.diff(self._grouped[2], append=len(self)).astype(np.float64)

    @cached_property
    def ages(self) -> FloatArray:
        """(m,) days since each of ``distinct`` was last taken."""
        order, _, first = self._grouped
        last = np.append(first[1:], len(self)) - 1
        return np.asarray((self.now - self.at[order][last]) / DAY)

    @cached_property
    def gaps(self) -> FloatArray:
        """(m,) mean days between the times each of ``distinct`` was taken; infinite where it was taken once."""
        order, _, first = self._grouped
        last = np.append(first[1:], len(self)) - 1
        span = (self.at[order][last] - self.at[order][first]) / DAY
        return np.asarray(np.where(self.counts > 1, span / np.maximum(self.counts - 1, 1), np.inf))

    def strengths(self, half_life: float) -> FloatArray:
        """(m,) the weight of each of ``distinct``: it rises with frequency and falls with age.

        Args:
            half_life: days after which an item counts half; 0 for no decay.

        >>> History(np.array([0, 1]), np.array([0, 2 * DAY]), 4 * DAY).strengths(2).round(2).tolist()
        [0.17, 0.35]
        """
        if half_life not in self._strengths:
            faded = 0.5 ** (np.maximum(self.ages, 0.0) / half_life) if half_life else 1.0
            self._strengths[half_life] = np.asarray(np.log1p(self.counts) * faded)
        return self._strengths[half_life]

    @cached_property
    def _strengths(self) -> dict[float, FloatArray]:
        """A cache of ``strengths`` by half-life, because several sources of a model use the same values."""
        return {}

    @cached_property
    def baskets(self) -> int:
        """The number of different moments."""
        return int(sort_unique(self.at).size)


def encode_history(at: Sequence[int], items: Sequence[str]) -> str:
    """Encode interactions in order of time as text: a list of moments, each with its items.

    >>> encode_history([5, 5, 9], ["a", "b", "a"])
    '[[5,["a","b"]],[9,["a"]]]'
    """
    moments: list[tuple[int, list[str]]] = []
    for moment, item in zip(at, items, strict=True):
        if moments and moments[-1][0] == moment:
            moments[-1][1].append(item)
        else:
            moments.append((moment, [item]))
    return msgspec.json.encode(moments).decode()


def decode_history(text: object) -> list[tuple[int, list[str]]]:
    """Decode a history; an absent one is a user without a history.

    Raises:
        DataError: the text is not a history.

    >>> decode_history(None), decode_history('[[5,["a"]]]')
    ([], [(5, ['a'])])
    """
    if text is None or text == "":
        return []
    try:
        return _TEXT.decode(text)  # type: ignore[arg-type]
    except (msgspec.MsgspecError, TypeError) as error:
        raise DataError(
            "the request's history cannot be read", where=f"feature {FEATURE!r}", why=str(error),
            mend='give it as text: [[microseconds, ["item", ...]], ...], oldest first',
        ) from error  # fmt: skip


def _select_latest(moments: list[tuple[int, list[str]]]) -> tuple[list[tuple[int, list[str]]], int]:
    """Select the last moments with at most ``MOST`` interactions; also return how many came before."""
    most, kept = MOST, len(moments)
    while kept and (most := most - len(moments[kept - 1][1])) >= 0:
        kept -= 1
    return moments[kept:], sum(len(items) for _, items in moments[:kept])


def history_of(text: object, places: Mapping[str, int], now: int) -> History:
    """Return the history in a request; interactions not before ``now`` or outside the catalogue are only counted.

    >>> past = history_of('[[5,["a","b","z"]],[9,["a"]]]', {"a": 0, "b": 1}, 9)
    >>> past.codes.tolist(), past.left_out
    ([0, 1], {'unknown': 1, 'later': 1})
    """
    moments, earlier = _select_latest(decode_history(text))
    past = [(moment, items) for moment, items in moments if moment < now]
    later = sum(len(items) for moment, items in moments if moment >= now)
    named = chain.from_iterable(items for _, items in past)
    codes = np.array([places.get(item, -1) for item in named], dtype=np.int64)
    sizes = np.array([len(items) for _, items in past], dtype=np.int64)
    at = np.repeat(np.array([moment for moment, _ in past], dtype=np.int64), sizes)
    known = codes >= 0
    return History(codes[known], at[known], now, int(codes.size - known.sum()), later, earlier)
