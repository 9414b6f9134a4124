"""Decode tables of plain values to dataclasses; an error names the key, the expected type and the nearest key."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from typing import Any, TypeVar, Union, cast

from starcase.casefile.toml_positions import KeyPath
from starcase.errors import CaseFileError, quote_value

T = TypeVar("T")
_WORDS = {str: "text in quotes", bool: "true or false", int: "a whole number", float: "a number"}


@dataclass(frozen=True, slots=True)
class DecodeError(Exception):
    """A value that does not have the expected type, and the path of its key."""

    path: KeyPath
    what: str
    mend: str = ""


def decode(kind: type[T], value: object, path: KeyPath = ()) -> T:
    """Return ``value`` as ``kind``: a dataclass, a tuple, a mapping with text keys, a union, or a plain value.

    Raises:
        DecodeError: a key is unknown or missing, or a value has the wrong type.

    >>> from starcase.contract.case_spec import ObjectiveSpec
    >>> decode(ObjectiveSpec, {"metric": "recall", "margin": 1}).margin
    1.0
    """
    return cast("T", _decode(kind, value, path))


def _decode(kind: Any, value: object, path: KeyPath) -> object:
    origin = typing.get_origin(kind)
    if is_dataclass(kind):
        return _decode_dataclass(cast("type[Any]", kind), value, path)
    if origin is tuple:
        return _decode_tuple(kind, value, path)
    if origin is Mapping:
        return _decode_mapping(kind, value, path)
    if origin in {Union, types.UnionType}:
        return _decode_union(kind, value, path)
    return _decode_plain(kind, value, path)


def _decode_dataclass(kind: type[Any], value: object, path: KeyPath) -> object:
    table = _require_table(value, path)
    known = {part.name: part for part in fields(kind)}
    for name in table:
        if name not in known:
            raise DecodeError((*path, name), *_explain_unknown_key(name, known, kind))
    for name, part in known.items():
        if name not in table and _is_required(part):
            raise DecodeError(
                path, f"`{format_path((*path, name))}` is missing", _suggest_line(name, _resolve_type_hints(kind)[name])
            )
    hints = _resolve_type_hints(kind)
    values = {name: _decode(hints[name], inner, (*path, name)) for name, inner in table.items()}
    try:
        return kind(**values)
    except CaseFileError as error:
        key = tuple(error.key.split(".")) if error.key else ()
        raise DecodeError((*path, *key), error.what, error.mend or error.why) from error


def _decode_tuple(kind: Any, value: object, path: KeyPath) -> tuple[object, ...]:
    inner = typing.get_args(kind)[0]
    if not isinstance(value, list):
        wanted = (
            f"[[{format_path(path)}]] tables"
            if is_dataclass(inner)
            else f"a list; each element must be {describe_type(inner)}"
        )
        raise DecodeError(path, _explain_mismatch(path, value, wanted))
    return tuple(_decode(inner, element, (*path, place)) for place, element in enumerate(value))


def _decode_mapping(kind: Any, value: object, path: KeyPath) -> dict[str, object]:
    inner = typing.get_args(kind)[1]
    return {name: _decode(inner, element, (*path, name)) for name, element in _require_table(value, path).items()}


def _decode_union(kind: Any, value: object, path: KeyPath) -> object:
    for choice in typing.get_args(kind):
        if typing.get_origin(choice) is tuple and isinstance(value, list):
            return _decode_tuple(choice, value, path)
        if is_dataclass(choice) and isinstance(value, dict):
            return _decode_dataclass(cast("type[Any]", choice), value, path)
        if type(value) is choice or (choice is float and type(value) is int):
            return _decode_plain(choice, value, path)
    raise DecodeError(path, _explain_mismatch(path, value, describe_type(kind)))


def _decode_plain(kind: type[Any], value: object, path: KeyPath) -> object:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise DecodeError(path, _explain_mismatch(path, value, describe_type(kind)))
    return value


def _require_table(value: object, path: KeyPath) -> dict[str, object]:
    if not isinstance(value, dict):
        raise DecodeError(path, _explain_mismatch(path, value, "a table"))
    return value


def _explain_unknown_key(name: str, known: Mapping[str, Field[Any]], kind: type[Any]) -> tuple[str, str]:
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f"unknown key `{name}`; the nearest known key is `{near[0]}`", f"write `{near[0]}`"
    if "parameters" in known:
        return f"unknown key `{name}`", f"write a parameter as `parameters.{name}`"
    return f"unknown key `{name}`", "known here: " + ", ".join(known) + _explain_options(kind)


def _explain_options(kind: type[Any]) -> str:
    return "; options of a system belong under [options]" if "options" in {part.name for part in fields(kind)} else ""


def _suggest_line(name: str, kind: Any) -> str:
    if is_dataclass(kind):
        return f"add a table [{name}]"
    return f"add a line `{name} = ...` with {describe_type(kind)}"


def describe_type(kind: Any) -> str:
    """Return a description of the values of this type."""
    if typing.get_origin(kind) in {Union, types.UnionType}:
        *most, last = (describe_type(choice) for choice in typing.get_args(kind))
        return f"{', '.join(most)} or {last}"
    if typing.get_origin(kind) is tuple:
        return "a list"
    return _WORDS.get(kind, "a table")


def _explain_mismatch(path: KeyPath, value: object, wanted: str) -> str:
    return f"`{format_path(path)}` is {_describe_value(value)}; it must be {wanted}"


def _describe_value(value: object) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text {quote_value(value)}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return f"the date or time {value}"


def format_path(path: KeyPath) -> str:
    """Return a path as it is written: ``candidates[0].name``.

    >>> format_path(("candidates", 0, "name"))
    'candidates[0].name'
    """
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def _is_required(part: Field[Any]) -> bool:
    return part.default is MISSING and part.default_factory is MISSING


def _resolve_type_hints(kind: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(kind)
