"""A burst of events of one unit is one event."""

from __future__ import annotations

from collections.abc import Iterable


class FirstOfUnit:
    """Lets the first event of each unit pass: a burst of five failures of one client is one event.

    >>> first = FirstOfUnit()
    >>> [first("card-1"), first("card-1"), first("card-2")]
    [True, False, True]
    """

    def __init__(self, seen: Iterable[str] = ()) -> None:
        self._seen = set(seen)

    def __call__(self, unit: str) -> bool:
        """Whether this is the first event of the unit."""
        new = unit not in self._seen
        self._seen.add(unit)
        return new

    @property
    def seen(self) -> frozenset[str]:
        """The units that have had an event; hand it to a later watcher."""
        return frozenset(self._seen)
