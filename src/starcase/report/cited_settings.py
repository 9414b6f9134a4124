"""The settings that decided a verdict, each with the reference to the record that holds it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starcase.evidence import Entry
from starcase.evidence.records import CaseRecord, ContestRecord, Setting
from starcase.evidence.settings import leaves
from starcase.report.expression import value
from starcase.report.number_format import margin_shape
from starcase.report.pieces import Name, Sentence, count, number, say
from starcase.report.records import Records


@dataclass(frozen=True, slots=True)
class Held:
    """One setting: its value, and the reference at which the story finds it."""

    value: str | int | float | bool
    reference: str
    key_reference: str = ""


Wording = Mapping[str, Held]


def wording_of(entry: Entry, settings: Iterable[Setting]) -> Wording:
    """The settings that stand in the record of a verdict, by key."""
    at = f"{entry.id}#settings"
    return {one.key: Held(one.value, f"{at}.{i}.value", f"{at}.{i}.key") for i, one in enumerate(settings)}


def wording_told(records: Records) -> Wording:
    """What the story says the case is about: the settings of the last contest, or else the last case record's.

    A case record that was written after the contest decided nothing of it.
    """
    contest, case = records.last(ContestRecord), records.last(CaseRecord)
    if contest is not None and contest[1].settings:
        return wording_of(contest[0], contest[1].settings)
    return {} if case is None else _resolved(*case)


def wording_last(records: Records) -> Wording:
    """The last wording of the case: what people wrote in it."""
    case = records.last(CaseRecord)
    return {} if case is None else _resolved(*case)


def told_setting(key: str, held: Held) -> Sentence:
    """A setting as ``key value``."""
    name = Name(key, held.key_reference, code=True)
    if isinstance(held.value, bool | str):
        return say("{} {}", name, Name(str(held.value), held.reference, code=True))
    if isinstance(held.value, int):
        return say("{} {}", name, count(value(held.reference), held.value, key))
    return say("{} {}", name, number(value(held.reference), held.value, margin_shape(held.value, share=False), key))


def _resolved(entry: Entry, record: CaseRecord) -> Wording:
    at = f"{entry.id}#resolved"
    return {leaf.key: Held(leaf.value, f"{at}.{leaf.path}") for leaf in leaves(tomllib.loads(record.resolved))}
