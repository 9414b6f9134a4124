"""Canonical text of every parameter of a gate, the same in every process: the input of a gate's hash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePath
from types import FunctionType
from typing import Any

import numpy as np

from starcase.compute.user_source import PREFIX
from starcase.contract.system import Gate
from starcase.errors import PluginError

Parameters = tuple[tuple[str, str], ...]


def find_class_name(gate: Gate) -> str:
    """Return the name of the gate's class after its origin: ``starcase``, ``case`` (a file of the case) or a module.

    It stays the same when a module of Starcase or the folder of a case moves: a class name occurs once in Starcase.
    """
    made = type(gate)
    module = made.__module__
    if module.startswith(PREFIX):
        module = "case"
    elif module.startswith("starcase."):
        module = "starcase"
    return f"{module}.{made.__qualname__}"


def collect_parameters(gate: Gate) -> Parameters:
    """Return name and canonical text of every parameter of a gate, sorted by name.

    They are all fields of a frozen dataclass; of any other gate the items of its attribute ``parameters``, or else its
    public attributes that are not callable.

    Raises:
        PluginError: a parameter holds an object that has no canonical text.

    >>> from starcase.stages.gate.stress import Stress
    >>> collect_parameters(Stress(level=0.9))
    (('allowed', '0.005'), ('draws', '500'), ('level', '0.9'), ('ratio', '3.0'))
    """
    return tuple(
        (name, _format_parameter(gate, name, value)) for name, value in sorted(_list_parameters(gate)) if name != "name"
    )


def format_canonical(value: object) -> str:
    """Return text that is equal for equal values and different for others, in every process and on every machine.

    Raises:
        TypeError: the value is of a kind whose content cannot be written as text.

    >>> format_canonical({"b": {2, 1}, "a": (0.1, None)})
    '{"a": [0.1, null], "b": {1, 2}}'
    """
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    text = _format_scalar(value)
    if text is not None:
        return text
    if isinstance(value, Mapping):
        items = sorted((format_canonical(key), format_canonical(held)) for key, held in value.items())
        return "{" + ", ".join(f"{key}: {held}" for key, held in items) + "}"
    if isinstance(value, AbstractSet):
        return "{" + ", ".join(sorted(map(format_canonical, value))) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(format_canonical, value)) + "]"
    if is_dataclass(value) and not isinstance(value, type):
        held = ", ".join(f"{field.name}={format_canonical(getattr(value, field.name))}" for field in fields(value))
        return f"{type(value).__qualname__}({held})"
    raise TypeError(f"a {type(value).__name__} has no canonical text")


def _format_scalar(value: object) -> str | None:
    """Return the text of a scalar; None for a container."""
    match value:
        case Enum():
            text = f"{type(value).__qualname__}.{value.name}"
        case None | bool() | int() | float() | str():
            text = json.dumps(value)
        case bytes():
            text = f"bytes {value.hex()}"
        case PurePath():
            text = f"path {json.dumps(value.as_posix())}"
        case date() | time() | timedelta() | Decimal() | Fraction():
            text = repr(value)
        case type() | FunctionType():
            text = f"{value.__module__}.{value.__qualname__}"
        case _:
            return None
    return text


def _list_parameters(gate: Gate) -> Iterable[tuple[str, object]]:
    if is_dataclass(gate) and gate.__dataclass_params__.frozen:
        return [(field.name, getattr(gate, field.name)) for field in fields(gate)]
    given = getattr(gate, "parameters", None)
    if isinstance(given, Mapping):
        return [(str(name), value) for name, value in given.items()]
    slots = [name for kind in type(gate).__mro__ for name in _list_slots(getattr(kind, "__slots__", ()))]
    names = {*getattr(gate, "__dict__", {}), *slots}
    held = ((name, getattr(gate, name)) for name in names if not name.startswith("_") and hasattr(gate, name))
    return [(name, value) for name, value in held if not callable(value)]


def _list_slots(slots: Any) -> tuple[str, ...]:
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _format_parameter(gate: Gate, name: str, value: object) -> str:
    try:
        return format_canonical(value)
    except TypeError as error:
        raise PluginError(
            f"the parameter {name!r} of gate {gate.name!r} cannot be hashed",
            where=find_class_name(gate),
            why=str(error),
            mend="hold numbers and text, or give the gate `parameters = {...}` with all that its answer depends on; "
            "what is no parameter goes into an attribute that begins with an underscore",
        ) from error
