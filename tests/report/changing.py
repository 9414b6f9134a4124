"""Records with one value changed, as a forger would change them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import is_dataclass, replace
from typing import Any

import tomli_w

from starcase.evidence import Entry
from starcase.report import Records
from starcase.report.pieces import Number

SCALES = {"share": 0.01, "points": 0.01, "moment": 60e6}


def unit_of_last_digit(number: Number) -> float:
    """By how much the value has to change for the last digit to change by one."""
    shape = number.shape
    if shape.style == "science":
        exponent = int(f"{abs(number.shown):e}".partition("e")[2])
        return float(10.0 ** (exponent - shape.digits))
    return float(SCALES.get(shape.style, 1.0) * 10.0**-shape.digits)


def changed(records: Records, reference: str, change: Callable[[Any], Any]) -> Records:
    """Return the records with ``change`` applied to the value at ``reference``."""
    name, _, path = reference.partition("#")
    return Records([_entry(e, path, change) if e.id == name else e for e in records.entries])


def _entry(entry: Entry, path: str, change: Callable[[Any], Any]) -> Entry:
    if path.startswith("@"):
        return replace(entry, **{path[1:]: change(getattr(entry, path[1:]))})
    return replace(entry, record=_inside(entry.record, path.split("."), change))


def _inside(value: Any, path: list[str], change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(value)
    first, *rest = path
    if isinstance(value, str):
        table = tomllib.loads(value)
        return tomli_w.dumps(_inside(table, path, change))
    if is_dataclass(value):
        return replace(value, **{first: _inside(getattr(value, first), rest, change)})  # type: ignore[type-var]
    if isinstance(value, dict):
        return {**value, first: _inside(value[first], rest, change)}
    place = int(first)
    return type(value)(_inside(part, rest, change) if i == place else part for i, part in enumerate(value))
