"""Transactions one after the other, each with its past, while outcomes become known on the way."""

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
    """How far a walk has come, which outcomes it waits for, and what it remembers."""

    row: int
    pending: list[tuple[int, int, int]]
    past: bytes


class FeatureStream:
    """Features row by row, in the order of the file.

    Nothing tells a walk what a transaction was but ``expect``: history says it of every row, live traffic of those
    whose outcome will become known. A transaction that was blocked and not let through stays unknown for ever.

    Args:
        plan: which windows are kept.
        cards: (n,) whose transaction it is.
        terminals: (n,) where.
        at: (n,) when, microseconds UTC, never decreasing.
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
        """The features of the next transaction, with what has become known by its moment."""
        row = self.row
        at, pending, past = self._at[row], self._pending, self._past
        while pending and pending[0][0] <= at:
            known, whose, fraud = heappop(pending)
            past.learn(self._cards[whose], self._terminals[whose], known, fraud)
        self.row = row + 1
        return past.see(self._cards[row], self._terminals[row], at, self._cents[row])

    def expect(self, row: int, at: int, fraud: int) -> None:
        """What transaction ``row`` was will be known at ``at``; it takes effect no earlier than the next step."""
        heappush(self._pending, (at, row, fraud))

    def iterate_until(self, until: int, label: IntArray, arrival: IntArray) -> Iterator[list[float]]:
        """The features of every row before ``until``, all outcomes becoming known as they did in history."""
        labels: list[int] = label.tolist()
        known: list[int] = arrival.tolist()
        for row in range(self.row, until):
            yield self.step()
            self.expect(row, known[row], labels[row])

    def snapshot(self) -> bytes:
        """Everything the walk needs to go on later, over the same transactions."""
        return msgspec.msgpack.encode(FeatureStreamState(self.row, sorted(self._pending), self._past.snapshot()))

    def resume(self, state: bytes) -> None:
        """Go on from where ``snapshot`` was taken."""
        found = msgspec.msgpack.decode(state, type=FeatureStreamState)
        self.row, self._pending = found.row, list(found.pending)
        self._past = EntityHistory.restore(self._past.plan, found.past)


def create_feature_stream(rows: Transactions, plan: WindowPlan) -> FeatureStream:
    """A walk through the transactions of a case; what the case does not name is the same everywhere."""
    nobody = [""] * len(rows)
    cents = np.zeros(len(rows), dtype=np.int64) if rows.cents is None else rows.cents
    return FeatureStream(plan, rows.entities.get(CARD, nobody), rows.entities.get(TERMINAL, nobody), rows.at, cents)


def compute_feature_table(
    walk: FeatureStream, rows: int, columns: int, label: IntArray, arrival: IntArray
) -> FloatArray:
    """The features of all ``rows`` of history, (rows, columns), in column order."""
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
