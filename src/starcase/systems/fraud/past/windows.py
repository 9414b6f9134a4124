"""Exact counts and sums over moving windows of an entity's past."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from starcase.errors import DataError
from starcase.tables.moment import format_moment

SPARE, SPARE_EACH = 64, 8


class EntityState(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One entity in a snapshot: its events in the longest window, and the start of each window."""

    key: str
    times: list[int]
    sums: list[int]
    heads: list[int]


class WindowsState(msgspec.Struct, array_like=True, frozen=True):
    """The state of ``Windows``."""

    lengths: list[int]
    now: int
    spare: int
    entities: list[EntityState]


class _EntityEvents:
    """Events of one entity: their times, running sums with a leading one, and the first event inside each window."""

    __slots__ = ("heads", "sums", "times")

    def __init__(self, times: list[int], sums: list[int], heads: list[int]) -> None:
        self.times = times
        self.sums = sums
        self.heads = heads


class Windows:
    """Count and sum of an entity's events in ``(now - length, now]``, for several lengths at once.

    Events come in one global order; what is added later is never seen by what was asked before, even within one
    microsecond. Sums are Python integers and exact. An event that has left the longest window is forgotten, and so is
    an entity whose events all have: memory is bounded by what happens within the longest window.

    Args:
        lengths: lengths of the windows, microseconds, rising.

    >>> windows = Windows([10, 100])
    >>> windows.add("card", 1, 250); windows.add("card", 8, 50)
    >>> windows.at("card", 11), windows.at("stranger", 11)
    ([1, 50, 2, 300], [0, 0, 0, 0])
    """

    __slots__ = ("_longest", "_nothing", "_now", "_past", "_places", "_spare", "lengths")

    def __init__(self, lengths: Sequence[int]) -> None:
        if not lengths or sorted(set(lengths)) != list(lengths) or lengths[0] <= 0:
            raise ValueError(f"window lengths must rise from above zero: {lengths}")
        self.lengths = tuple(lengths)
        self._places = tuple(enumerate(lengths))
        self._longest = lengths[-1]
        self._nothing = (0,) * (2 * len(lengths))
        self._past: dict[str, _EntityEvents] = {}
        self._now = -(2**63)
        self._spare = SPARE

    def __len__(self) -> int:
        """The number of entities in memory."""
        return len(self._past)

    def add(self, key: str, at: int, value: int) -> None:
        """Add an event of an entity with ``value``; raises DataError where it is earlier than the last event."""
        if at < self._now:
            raise _create_late_error(at, self._now)
        self._now = at
        past = self._past.get(key)
        if past is None:
            past = self._past[key] = _EntityEvents([], [0], [0] * len(self._places))
        past.times.append(at)
        sums = past.sums
        sums.append(sums[-1] + value)
        self._spare -= 1
        if self._spare < 0:
            self._forget()

    def at(self, key: str, now: int) -> list[int]:
        """Return count and sum of each window, ``[count, sum, count, sum, ...]``; raises DataError as ``add``."""
        if now < self._now:
            raise _create_late_error(now, self._now)
        self._now = now
        past = self._past.get(key)
        if past is None:
            return list(self._nothing)
        times, sums, heads = past.times, past.sums, past.heads
        size = len(times)
        total = sums[size]
        found = []
        for place, length in self._places:
            head = heads[place]
            edge = now - length
            if head < size and times[head] <= edge:
                head += 1
                while head < size and times[head] <= edge:
                    head += 1
                heads[place] = head
            found.append(size - head)
            found.append(total - sums[head])
        return found

    def ends(self, key: str, now: int) -> tuple[int, int]:
        """Return the times of the first and last event in the longest window, which must not be empty."""
        self.at(key, now)
        past = self._past[key]
        return past.times[past.heads[-1]], past.times[-1]

    def clear(self, key: str) -> None:
        """Remove all events of an entity."""
        self._past.pop(key, None)

    def snapshot(self) -> WindowsState:
        """The state; after ``restore`` the same events give the same answers and snapshots."""
        entities = [EntityState(key, past.times, past.sums, past.heads) for key, past in self._past.items()]
        return WindowsState(list(self.lengths), self._now, self._spare, entities)

    @classmethod
    def restore(cls, state: WindowsState) -> Windows:
        """Restore the windows from ``state``."""
        windows = cls(state.lengths)
        windows._now, windows._spare = state.now, state.spare
        for entity in state.entities:
            windows._past[entity.key] = _EntityEvents(list(entity.times), list(entity.sums), list(entity.heads))
        return windows

    def _forget(self) -> None:
        """Remove events outside the longest window, once in ``SPARE_EACH`` events for each entity."""
        edge = self._now - self._longest
        self._past = {key: past for key, past in self._past.items() if past.times[-1] > edge}
        self._spare = SPARE + SPARE_EACH * len(self._past)
        for past in self._past.values():
            if past.times[0] <= edge:
                _drop_events(past, bisect_right(past.times, edge))


def _drop_events(past: _EntityEvents, head: int) -> None:
    """Remove the first ``head`` events."""
    del past.times[:head]
    del past.sums[:head]
    past.heads = [max(place - head, 0) for place in past.heads]


def _create_late_error(at: int, now: int) -> DataError:
    return DataError(
        f"an event of {format_moment(at)} comes after one of {format_moment(now)}",
        why="windows follow one global order of time",
        mend="sort events by time, then by id",
    )
