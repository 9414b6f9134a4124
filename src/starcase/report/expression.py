"""Expressions for shown numbers: a value in a record, or a computation over several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from starcase.errors import StoryError
from starcase.evidence.records import WaiverRecord
from starcase.report.history import find_exposures_since, find_passed_run, find_same_waivers
from starcase.report.records import Records


@dataclass(frozen=True, slots=True)
class Expression:
    """One operation and its references; written ``"contest-1#folds"`` or ``"size contest-1#folds"``.

    Args:
        operation: a key of ``OPERATIONS``.
        arguments: references, and for ``count`` the field and the wanted value.

    >>> str(Expression("size", ("contest-1#folds",))), Expression.parse("count gate-1#results outcome passed").arguments
    ('size contest-1#folds', ('gate-1#results', 'outcome', 'passed'))
    """

    operation: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        words = self.arguments if self.operation == "value" else (self.operation, *self.arguments)
        return " ".join(words)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an expression back from its text; raises StoryError for an operation that does not exist."""
        first, _, rest = text.partition(" ")
        if not rest:
            return cls("value", (first,))
        if first not in OPERATIONS:
            raise StoryError(f"there is no operation {first!r} on records", where=text)
        return cls(first, tuple(rest.split(" ", 2)))

    @property
    def records(self) -> tuple[str, ...]:
        """Ids of the records it rests on."""
        return tuple(dict.fromkeys(a.partition("#")[0] for a in self.arguments if "#" in a))

    def value(self, records: Records) -> float:
        """The number, computed anew; raises StoryError where a record is gone or holds no number there."""
        return float(OPERATIONS[self.operation](records, *self.arguments))


def value(reference: str) -> Expression:
    """Return the number at ``reference``."""
    return Expression("value", (reference,))


def _read_number(records: Records, reference: str) -> float:
    found = records.resolve(reference)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise StoryError(f"{reference} holds no number")
    return float(found)


def _count_items(records: Records, reference: str) -> float:
    found = records.resolve(reference)
    if not isinstance(found, tuple | list | dict):
        raise StoryError(f"{reference} holds nothing that can be counted")
    return len(found)


def _count_matching(records: Records, reference: str, field: str, wanted: str) -> float:
    found = records.resolve(reference)
    if not isinstance(found, tuple):
        raise StoryError(f"{reference} holds nothing that can be counted")
    return sum(str(getattr(part, field, "")) == wanted for part in found)


def _count_kind(records: Records, kind: str) -> float:
    return sum(entry.kind == kind for entry in records.entries)


def _count_steps(records: Records, step: str) -> float:
    return sum(entry.kind == "rollout" and str(getattr(entry.record, "step", "")) == step for entry in records.entries)


def _subtract(records: Records, first: str, second: str) -> float:
    return _read_number(records, first) - _read_number(records, second)


def _negate(records: Records, reference: str) -> float:
    return -_read_number(records, reference)


def _count_same_waivers(records: Records, reference: str) -> float:
    entry = records.entry(reference.partition("#")[0])
    if not isinstance(entry.record, WaiverRecord):
        raise StoryError(f"{reference} is not a waiver")
    return len(find_same_waivers(records, entry, entry.record))


def _count_exposed(records: Records, reference: str) -> float:
    return len(find_exposures_since(records, records.entry(reference.partition("#")[0]).seq))


def _count_cleared(records: Records, reference: str) -> float:
    steps = find_exposures_since(records, records.entry(reference.partition("#")[0]).seq)
    return sum(find_passed_run(records, entry, step) is not None for entry, step in steps)


def _compute_change(records: Records, now: str, base: str) -> float:
    bottom = _read_number(records, base)
    if bottom <= 0:
        raise StoryError(f"there is no relative change on a base of {bottom:g}", where=base)
    return (_read_number(records, now) - bottom) / bottom


OPERATIONS: Mapping[str, Callable[..., float]] = {
    "value": _read_number,
    "size": _count_items,
    "count": _count_matching,
    "kind": _count_kind,
    "steps": _count_steps,
    "minus": _subtract,
    "negative": _negate,
    "alike": _count_same_waivers,
    "exposed": _count_exposed,
    "cleared": _count_cleared,
    "change": _compute_change,
}
