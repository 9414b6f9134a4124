"""Tables of plain values to dataclasses; an error names the key, what is wanted, and the nearest known key."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from typing import Any, TypeVar, Union, cast

from starcase.casefile.toml_positions import KeyPath
from starcase.errors import CaseFileError, quoted

T = TypeVar("T")
_WORDS = {str: "text in quotes", bool: "true or false", int: "a whole number", float: "a number"}


@dataclass(frozen=True, slots=True)
class Misfit(Exception):  # noqa: N818 - carries a place, not yet a file
    """A value that does not fit, and the path of the key it stands under."""

    path: KeyPath
    what: str
    mend: str = ""


def decode(kind: type[T], value: object, path: KeyPath = ()) -> T:
    """``value`` as ``kind``: a dataclass, a tuple, a mapping with text keys, a union, or a plain value.

    Raises:
        Misfit: a key is unknown or missing, or a value has the wrong type.

    >>> from starcase.contract.case_spec import ObjectiveSpec
    >>> decode(ObjectiveSpec, {"metric": "recall", "margin": 1}).margin
    1.0
    """
    return cast("T", _decode(kind, value, path))


def _decode(kind: Any, value: object, path: KeyPath) -> object:
    origin = typing.get_origin(kind)
    if is_dataclass(kind):
        return _dataclass(cast("type[Any]", kind), value, path)
    if origin is tuple:
        return _tuple(kind, value, path)
    if origin is Mapping:
        return _mapping(kind, value, path)
    if origin in {Union, types.UnionType}:
        return _union(kind, value, path)
    return _plain(kind, value, path)


def _dataclass(kind: type[Any], value: object, path: KeyPath) -> object:
    table = _table(value, path)
    known = {part.name: part for part in fields(kind)}
    for name in table:
        if name not in known:
            raise Misfit((*path, name), *_unknown(name, known, kind))
    for name, part in known.items():
        if name not in table and _required(part):
            raise Misfit(path, f"`{dotted((*path, name))}` is missing", _wanted_line(name, _hints(kind)[name]))
    hints = _hints(kind)
    values = {name: _decode(hints[name], inner, (*path, name)) for name, inner in table.items()}
    try:
        return kind(**values)
    except CaseFileError as error:
        key = tuple(error.key.split(".")) if error.key else ()
        raise Misfit((*path, *key), error.what, error.mend or error.why) from error


def _tuple(kind: Any, value: object, path: KeyPath) -> tuple[object, ...]:
    inner = typing.get_args(kind)[0]
    if not isinstance(value, list):
        wanted = f"[[{dotted(path)}]] tables" if is_dataclass(inner) else f"a list: each {wanted_words(inner)}"
        raise Misfit(path, _wrong(path, value, wanted))
    return tuple(_decode(inner, element, (*path, place)) for place, element in enumerate(value))


def _mapping(kind: Any, value: object, path: KeyPath) -> dict[str, object]:
    inner = typing.get_args(kind)[1]
    return {name: _decode(inner, element, (*path, name)) for name, element in _table(value, path).items()}


def _union(kind: Any, value: object, path: KeyPath) -> object:
    for choice in typing.get_args(kind):
        if typing.get_origin(choice) is tuple and isinstance(value, list):
            return _tuple(choice, value, path)
        if is_dataclass(choice) and isinstance(value, dict):
            return _dataclass(cast("type[Any]", choice), value, path)
        if type(value) is choice or (choice is float and type(value) is int):
            return _plain(choice, value, path)
    raise Misfit(path, _wrong(path, value, wanted_words(kind)))


def _plain(kind: type[Any], value: object, path: KeyPath) -> object:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise Misfit(path, _wrong(path, value, wanted_words(kind)))
    return value


def _table(value: object, path: KeyPath) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Misfit(path, _wrong(path, value, "a table"))
    return value


def _unknown(name: str, known: Mapping[str, Field[Any]], kind: type[Any]) -> tuple[str, str]:
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f"unknown key `{name}`; the nearest known key is `{near[0]}`", f"write `{near[0]}`"
    if "parameters" in known:
        return f"unknown key `{name}`", f"a parameter stands as `parameters.{name}`"
    return f"unknown key `{name}`", "known here: " + ", ".join(known) + _options_hint(kind)


def _options_hint(kind: type[Any]) -> str:
    return "; a system's own options stand under [options]" if "options" in {part.name for part in fields(kind)} else ""


def _wanted_line(name: str, kind: Any) -> str:
    if is_dataclass(kind):
        return f"add a table [{name}]"
    return f"add a line `{name} = ...` with {wanted_words(kind)}"


def wanted_words(kind: Any) -> str:
    """What a value of this type looks like, in words."""
    if typing.get_origin(kind) in {Union, types.UnionType}:
        *most, last = (wanted_words(choice) for choice in typing.get_args(kind))
        return f"{', '.join(most)} or {last}"
    if typing.get_origin(kind) is tuple:
        return "a list"
    return _WORDS.get(kind, "a table")


def _wrong(path: KeyPath, value: object, wanted: str) -> str:
    return f"`{dotted(path)}` is {_shown(value)}; wanted is {wanted}"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return f"the date or time {value}"


def dotted(path: KeyPath) -> str:
    """A path as one writes it: ``candidates[0].name``.

    >>> dotted(("candidates", 0, "name"))
    'candidates[0].name'
    """
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def _required(part: Field[Any]) -> bool:
    return part.default is MISSING and part.default_factory is MISSING


def _hints(kind: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(kind)
