"""The settings that decided a verdict, each with a reference to its record."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starcase.evidence import Entry
from starcase.evidence.records import CaseRecord, ContestRecord, Setting
from starcase.evidence.settings import iterate_leaves
from starcase.report.expression import value
from starcase.report.number_format import build_margin_shape
from starcase.report.pieces import Name, Sentence, fill, format_count, format_number
from starcase.report.records import Records


@dataclass(frozen=True, slots=True)
class CitedSetting:
    """One setting with its value and its reference."""

    value: str | int | float | bool
    reference: str
    key_reference: str = ""


Wording = Mapping[str, CitedSetting]


def collect_settings(entry: Entry, settings: Iterable[Setting]) -> Wording:
    """Return the settings in the record of a verdict, by key."""
    at = f"{entry.id}#settings"
    return {one.key: CitedSetting(one.value, f"{at}.{i}.value", f"{at}.{i}.key") for i, one in enumerate(settings)}


def find_decisive_settings(records: Records) -> Wording:
    """Return the settings of the last contest, or else of the last case record.

    A case record that was written after the contest decided nothing of it.
    """
    contest, case = records.last(ContestRecord), records.last(CaseRecord)
    if contest is not None and contest[1].settings:
        return collect_settings(contest[0], contest[1].settings)
    return {} if case is None else _read_resolved(*case)


def find_last_settings(records: Records) -> Wording:
    """Return the settings of the last case record."""
    case = records.last(CaseRecord)
    return {} if case is None else _read_resolved(*case)


def format_setting(key: str, held: CitedSetting) -> Sentence:
    """A setting as ``key value``."""
    name = Name(key, held.key_reference, code=True)
    if isinstance(held.value, bool | str):
        return fill("{} {}", name, Name(str(held.value), held.reference, code=True))
    if isinstance(held.value, int):
        return fill("{} {}", name, format_count(value(held.reference), held.value, key))
    return fill(
        "{} {}",
        name,
        format_number(value(held.reference), held.value, build_margin_shape(held.value, share=False), key),
    )


def _read_resolved(entry: Entry, record: CaseRecord) -> Wording:
    at = f"{entry.id}#resolved"
    return {
        leaf.key: CitedSetting(leaf.value, f"{at}.{leaf.path}")
        for leaf in iterate_leaves(tomllib.loads(record.resolved))
    }
