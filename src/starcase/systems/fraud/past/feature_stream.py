"""A stream of transactions with point-in-time features; labels enter when they arrive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

import msgspec
import numpy as np

from starcase.systems.fraud.arrays import FloatArray, IntArray
from starcase.systems.fraud.past.entity_history import EntityHistory
from starcase.systems.fraud.past.window_plan import WindowPlan
from starcase.systems.fraud.transactions import CARD, TERMINAL, Transactions

CHUNK = 20_000


class FeatureStreamState(msgspec.Struct, array_like=True, frozen=True):
    """The state of a feature stream: position, pending outcomes and entity history."""

    row: int
    pending: list[tuple[int, int, int]]
    past: bytes


class FeatureStream:
    """Point-in-time features row by row, in the order of the file.

    Labels enter only through ``expect``: for every row in history, in live traffic for those
    whose outcome will become known. A transaction that was blocked and not let through stays unknown.

    Args:
        plan: which windows are kept.
        cards: (n,) card of the transaction.
        terminals: (n,) terminal of the transaction.
        at: (n,) microseconds UTC, never decreasing.
        cents: (n,) amounts.
    """

    def __init__(
        self, plan: WindowPlan, cards: Sequence[str], terminals: Sequence[str], at: IntArray, cents: IntArray
    ) -> None:
        self.row = 0
        self._past = EntityHistory(plan)
        self._cards = cards
        self._terminals = terminals
        self._at: list[int] = at.tolist()
        self._cents: list[int] = cents.tolist()
        self._pending: list[tuple[int, int, int]] = []

    def step(self) -> list[float]:
        """Return the features of the next transaction, with the labels known by its time."""
        row = self.row
        at, pending, past = self._at[row], self._pending, self._past
        while pending and pending[0][0] <= at:
            known, whose, fraud = heappop(pending)
            past.learn(self._cards[whose], self._terminals[whose], known, fraud)
        self.row = row + 1
        return past.see(self._cards[row], self._terminals[row], at, self._cents[row])

    def expect(self, row: int, at: int, fraud: int) -> None:
        """Schedule the label of transaction ``row`` for time ``at``; it takes effect from the next step on."""
        heappush(self._pending, (at, row, fraud))

    def iterate_until(self, until: int, label: IntArray, arrival: IntArray) -> Iterator[list[float]]:
        """Iterate over the features of every row before ``until``; labels enter as they arrived in history."""
        labels: list[int] = label.tolist()
        known: list[int] = arrival.tolist()
        for row in range(self.row, until):
            yield self.step()
            self.expect(row, known[row], labels[row])

    def snapshot(self) -> bytes:
        """The state needed to resume later, over the same transactions."""
        return msgspec.msgpack.encode(FeatureStreamState(self.row, sorted(self._pending), self._past.snapshot()))

    def resume(self, state: bytes) -> None:
        """Resume from a ``snapshot``."""
        found = msgspec.msgpack.decode(state, type=FeatureStreamState)
        self.row, self._pending = found.row, list(found.pending)
        self._past = EntityHistory.restore(self._past.plan, found.past)


def create_feature_stream(rows: Transactions, plan: WindowPlan) -> FeatureStream:
    """Create a feature stream over a case; an entity the case does not name has one constant key."""
    nobody = [""] * len(rows)
    cents = np.zeros(len(rows), dtype=np.int64) if rows.cents is None else rows.cents
    return FeatureStream(plan, rows.entities.get(CARD, nobody), rows.entities.get(TERMINAL, nobody), rows.at, cents)


def compute_feature_table(
    walk: FeatureStream, rows: int, columns: int, label: IntArray, arrival: IntArray
) -> FloatArray:
    """Compute the features of all ``rows`` of history, (rows, columns), in column order."""
    out = np.empty((rows, columns), order="F")
    start, chunk = 0, []
    for values in walk.iterate_until(rows, label, arrival):
        chunk.append(values)
        if len(chunk) == CHUNK:
            out[start : start + CHUNK] = chunk
            start, chunk = start + CHUNK, []
    if chunk:
        out[start:] = chunk
    return out
