"""One record of each kind, filled in to the last field."""

from __future__ import annotations

from dataclasses import fields
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from starcase.evidence import Figure
from starcase.evidence.records import KINDS, Record

FIGURE = Figure(name="recall", value=0.83, unit="share", low=0.76, high=0.89, level=0.95, n=211, clock=False)
PLAIN = {str: "word", int: 7, float: 0.25, bool: True}


def sample(kind: str) -> Record:
    """A record of ``kind`` with a value in every field that has no default, and in those that have one."""
    record: Record = _filled(KINDS[kind])
    return record


def _filled(shape: Any) -> Any:
    if shape is Figure:
        return FIGURE
    if shape in PLAIN:
        return PLAIN[shape]
    origin, arguments = get_origin(shape), get_args(shape)
    if origin is Literal:
        return arguments[0]
    if origin in {Union, UnionType}:
        return _filled(next(part for part in arguments if part is not NoneType))
    if origin is tuple:
        return tuple(_filled(part) for part in arguments if part is not Ellipsis)
    hints = get_type_hints(shape)
    return shape(**{field.name: _filled(hints[field.name]) for field in fields(shape)})
