"""The records of a case up to one head of the ledger; references of a story are resolved here."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Self, TypeVar, cast

from starcase.errors import StoryError
from starcase.evidence import Entry, Ledger, codec
from starcase.evidence.records import Record, StoryRecord

R = TypeVar("R", bound=Record)
WRITTEN = frozenset({"case", "check", "note"})
BEFORE, AFTER = "@before", "@after"
LIVE = frozenset({"rollout", "shadow", "experiment", "replay"})
ENTRY_FIELDS = frozenset({"at", "actor", "hash", "kind", "id"})


class Records:
    """The records of a ledger without story records, so that writing a story does not change the next one.

    A reference is ``"<record id>#<path>"`` with the field names and positions that lead to a value, such as
    ``"contest-1#standings.0.figures.2.value"``; ``"contest-1#@at"`` is a field of the entry, and below the text of the
    case the path goes on through its TOML: ``"case-1#resolved.objective.margin"``. A figure named ``"error, new"`` has
    two parts, ``"replay-1#figures.0.name.@before"`` and ``@after``.

    Args:
        entries: all entries up to the head, in order.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entry for entry in entries if entry.kind != StoryRecord.KIND)
        self._by_id = {entry.id: entry for entry in self.entries}

    @classmethod
    def from_ledger(cls, ledger: Ledger, *, head: str = "") -> Self:
        """The records up to the one whose hash is ``head``; all of them where it is empty.

        Raises:
            StoryError: the ledger has no record of that hash.
        """
        entries: list[Entry] = []
        for entry in ledger.entries():
            entries.append(entry)
            if entry.hash == head:
                return cls(entries)
        if head:
            raise StoryError(
                "the story was written from another ledger",
                where=str(ledger.path),
                why=f"no record of this ledger has the hash {head[:12]}",
                mend="write the story again with `starcase story`",
            )
        return cls(entries)

    @property
    def head(self) -> str:
        """The hash of the last record in the story."""
        return self.entries[-1].hash if self.entries else ""

    def select(self, record_type: type[R]) -> list[tuple[Entry, R]]:
        """All records of one type with their entries, in order."""
        return [(e, cast("R", e.record)) for e in self.entries if e.kind == record_type.KIND]

    def last(self, record_type: type[R]) -> tuple[Entry, R] | None:
        """The latest record of a type."""
        return next(reversed(self.select(record_type)), None)

    def entry(self, name: str) -> Entry:
        """The entry of that id; raises StoryError where it is gone."""
        if name not in self._by_id:
            raise StoryError(f"there is no record {name!r}", mend="write the story again with `starcase story`")
        return self._by_id[name]

    @property
    def met_traffic(self) -> bool:
        """Whether a model has met requests: in a shadow, a rollout, an experiment or a replay."""
        return any(entry.kind in LIVE for entry in self.entries)

    @property
    def in_production(self) -> bool:
        """Whether the case has models, not only text written by a person."""
        return any(entry.kind not in WRITTEN for entry in self.entries)

    def find_unit(self, name: str) -> str:
        """The unit in which a figure of that name is recorded; empty where none is."""
        return next((f.unit for e in self.entries for _, f in codec.iterate_figures(e.record) if f.name == name), "")

    def resolve(self, reference: str) -> object:
        """Return the value at a reference.

        Raises:
            StoryError: the record is gone, or the path leads nowhere in it.
        """
        name, _, path = reference.partition("#")
        entry = self.entry(name)
        if path.startswith("@") and path[1:] in ENTRY_FIELDS:
            return getattr(entry, path[1:])
        value: object = entry.record
        for step in path.split("."):
            value = _follow_step(value, step, reference)
        return value


def _follow_step(value: object, step: str, reference: str) -> object:
    if isinstance(value, str) and step in {BEFORE, AFTER}:
        before, _, after = value.partition(", ")
        return before if step == BEFORE else after
    if isinstance(value, str):
        value = _parse_toml(value)
    if is_dataclass(value) and step in {field.name for field in fields(value)}:
        return getattr(value, step)
    if isinstance(value, dict) and step in value:
        return value[step]
    if isinstance(value, tuple | list) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    raise StoryError(f"{reference} does not exist: there is no {step!r}")


@cache
def _parse_toml(text: str) -> object:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
