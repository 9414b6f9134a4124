"""Features from the past of cards and terminals, with the same code for files and streams."""

from __future__ import annotations

import math

import msgspec

from starcase.systems.fraud.past.window_plan import WindowPlan
from starcase.systems.fraud.past.windows import Windows, WindowsState
from starcase.tables.clock import SECOND

SPIKE = 3
CENTS = 100
NAN = float("nan")


class EntityHistoryState(msgspec.Struct, array_like=True, frozen=True):
    """Every window of a ``EntityHistory``, in the order of ``EntityHistory.ROOMS``."""

    windows: list[WindowsState]


class EntityHistory:
    """The past of cards and terminals: their transactions and the labels that have arrived.

    A transaction's own amount is part of the card's and the terminal's counts and means, and no part of the card's
    usual amount, its z-score and its spikes: transactions of more than three times what was usual before. What a
    transaction turned out to be enters by ``learn``, when that becomes known, and never before.

    Args:
        plan: which windows are kept.
    """

    ROOMS = ("_amounts", "_squares", "_spikes", "_card_frauds", "_terminals", "_outcomes", "_terminal_frauds", "_run")

    def __init__(self, plan: WindowPlan) -> None:
        self.plan = plan
        lengths, known = plan.lengths, plan.label_lengths
        self._amounts = Windows(lengths)
        self._squares = Windows(lengths[-1:])
        self._spikes = Windows(lengths)
        self._card_frauds = Windows(known)
        self._terminals = Windows(lengths)
        self._outcomes = Windows(known)
        self._terminal_frauds = Windows(known[-1:])
        self._run = Windows(known[-1:])

    def learn(self, card: str, terminal: str, at: int, fraud: int) -> None:
        """Add a label, 1 for fraud or 0, that arrived at ``at``, microseconds UTC."""
        if fraud:
            self._card_frauds.add(card, at, 1)
        if not self.plan.terminal:
            return
        self._outcomes.add(terminal, at, fraud)
        if fraud:
            self._terminal_frauds.add(terminal, at, 1)
            self._run.add(terminal, at, 1)
        else:
            self._run.clear(terminal)

    def see(self, card: str, terminal: str, at: int, cents: int) -> list[float]:
        """Return the features of a transaction, in the order of ``plan.names()``, and add it to the past."""
        row: list[float] = []
        if self.plan.card:
            self._add_card_features(row, card, at, cents)
        if self.plan.terminal:
            self._add_terminal_features(row, terminal, at, cents)
        return list(map(float, row))

    def snapshot(self) -> bytes:
        """The whole state, as bytes that ``restore`` reads."""
        return msgspec.msgpack.encode(EntityHistoryState([getattr(self, room).snapshot() for room in self.ROOMS]))

    @classmethod
    def restore(cls, plan: WindowPlan, state: bytes) -> EntityHistory:
        """Restore the past from ``state``; later events give the same features as before the snapshot."""
        past = cls(plan)
        for room, windows in zip(
            cls.ROOMS, msgspec.msgpack.decode(state, type=EntityHistoryState).windows, strict=True
        ):
            setattr(past, room, Windows.restore(windows))
        return past

    def _add_card_features(self, row: list[float], card: str, at: int, cents: int) -> None:
        amounts = self._amounts
        amounts.add(card, at, cents)
        found = amounts.at(card, at)
        if not self.plan.money:
            row += found[::2]
            row += self._card_frauds.at(card, at)[::2]
            return
        row += _compute_counts_and_means(found)
        count, total = found[-2] - 1, found[-1] - cents
        squares = self._squares.at(card, at)[1]
        spikes = self._spikes.at(card, at)
        self._squares.add(card, at, cents * cents)
        row.append(total / (CENTS * count) if count else NAN)
        row.append(count * cents / total if total > 0 else NAN)
        spread = count * squares - total * total
        row.append((count * cents - total) / math.sqrt(spread) if spread > 0 else NAN)
        row += spikes[::2]
        row += self._card_frauds.at(card, at)[::2]
        if count * cents > SPIKE * total > 0:
            self._spikes.add(card, at, 1)

    def _add_terminal_features(self, row: list[float], terminal: str, at: int, cents: int) -> None:
        terminals = self._terminals
        terminals.add(terminal, at, cents)
        found = terminals.at(terminal, at)
        if self.plan.money:
            row += _compute_counts_and_means(found)
        else:
            row += found[::2]
        known = self._outcomes.at(terminal, at)
        pairs = iter(known)
        for count, frauds in zip(pairs, pairs, strict=True):
            row += (count, frauds, frauds / count if count else 0.0)
        row.append(self._run.at(terminal, at)[0])
        first, last = self._terminal_frauds.ends(terminal, at) if known[-1] else (NAN, NAN)
        row.append((at - last) / SECOND)
        row.append((at - first) / SECOND)


def _compute_counts_and_means(found: list[int]) -> list[float]:
    """Compute count and mean amount of each window, the transaction itself included."""
    pairs = iter(found)
    return [value for count, cents in zip(pairs, pairs, strict=True) for value in (count, cents / (CENTS * count))]
