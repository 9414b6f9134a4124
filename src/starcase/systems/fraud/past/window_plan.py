"""The names of the window features, and which of them a case uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starcase.systems.fraud.options import FraudOptions
from starcase.tables.duration import parse_duration

OF_LABELS = ("card frauds ", "terminal known ", "terminal frauds ", "terminal risk ", "terminal run", "terminal since ")
COUNTS = ("card count ", "terminal count ")
NO_NUMBER = "terminal since "


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPlan:
    """The windows over transactions and over labels.

    Args:
        windows: names of the windows over transactions, rising: ``("1d", "7d")``.
        label_windows: names of the windows over outcomes that have become known.
        card: whether the case names a card.
        terminal: whether it names a terminal.
        money: whether it names an amount.
    """

    windows: tuple[str, ...]
    label_windows: tuple[str, ...]
    card: bool
    terminal: bool
    money: bool

    @property
    def lengths(self) -> tuple[int, ...]:
        """The lengths of ``windows``, microseconds."""
        return tuple(parse_duration(text) for text in self.windows)

    @property
    def label_lengths(self) -> tuple[int, ...]:
        """The lengths of ``label_windows``, microseconds."""
        return tuple(parse_duration(text) for text in self.label_windows)

    def names(self) -> tuple[str, ...]:
        """Every feature in order."""
        return tuple(name for name, _, _ in self._list_features())

    def amounts(self) -> frozenset[str]:
        """The features that are amounts of money."""
        return frozenset(name for name, money, _ in self._list_features() if money)

    def base(self) -> tuple[str, ...]:
        """The features in common use: a card's count and mean, a terminal's share of known frauds.

        Source: Le Borgne et al. (2022), Reproducible Machine Learning for Credit Card Fraud Detection, ch. 3.
        """
        return tuple(name for name, _, usual in self._list_features() if usual)

    def _list_features(self) -> Iterator[tuple[str, bool, bool]]:
        """List each feature: name, whether it is an amount, whether it is in common use."""
        if self.card:
            yield from self._list_card_features()
        if self.terminal:
            yield from self._list_terminal_features()

    def _list_card_features(self) -> Iterator[tuple[str, bool, bool]]:
        for window in self.windows:
            yield f"card count {window}", False, True
            if self.money:
                yield f"card mean {window}", True, True
        if self.money:
            yield "card usual amount", True, False
            yield "amount to usual", False, False
            yield "amount z-score", False, False
            yield from ((f"card spikes {window}", False, False) for window in self.windows)
        yield from ((f"card frauds {window}", False, False) for window in self.label_windows)

    def _list_terminal_features(self) -> Iterator[tuple[str, bool, bool]]:
        for window in self.windows:
            yield f"terminal count {window}", False, False
            if self.money:
                yield f"terminal mean {window}", True, False
        for window in self.label_windows:
            usual = window in self.windows
            yield f"terminal known {window}", False, usual
            yield f"terminal frauds {window}", False, False
            yield f"terminal risk {window}", False, usual
        yield "terminal run", False, False
        yield "terminal since fraud", False, False
        yield "terminal since first fraud", False, False


def create_window_plan(options: FraudOptions, entities: frozenset[str], *, money: bool) -> WindowPlan:
    """Create the plan of a case; it is empty where the case names neither card nor terminal."""
    return WindowPlan(
        windows=options.windows,
        label_windows=options.label_windows,
        card="card" in entities,
        terminal="terminal" in entities,
        money=money,
    )
