"""Canonical JSON of records: equal records have equal bytes, and older records can still be read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from threading import Lock
from typing import TypeVar

import msgspec

from starcase.errors import LedgerError
from starcase.evidence.figure import Figure
from starcase.evidence.records import KINDS, Record

R = TypeVar("R", bound=Record)

_encode = msgspec.json.Encoder(order="sorted").encode
VERSION = "starcase_version"
VERSION_KEY = f'"{VERSION}":'.encode()
_MEASURED = ("value", "low", "high", "n")


_building = Lock()


@cache
def _create_decoder(record_type: type[R]) -> msgspec.json.Decoder[R]:
    with _building:  # two threads that build decoders of kinds with a part in common end the process
        return msgspec.json.Decoder(record_type)


def encode(record: Record) -> bytes:
    """Canonical JSON of a record: keys sorted, numbers in the type their field declares.

    Raises:
        LedgerError: the kind is unknown, or a value cannot be read back as it was written (NaN, infinity, wrong type).
    """
    if KINDS.get(record.KIND) is not type(record):
        raise LedgerError(f"{type(record).__name__} is not a record kind", mend="use one of starcase.evidence.records")
    try:
        read_back = _create_decoder(type(record)).decode(_encode(record))
    except (msgspec.MsgspecError, TypeError) as error:
        raise _create_encoding_error(record, str(error)) from error
    if read_back != record:
        raise _create_encoding_error(record, "a value is not of its field's type")
    return _encode(read_back)


def decode(kind: str, version: int, payload: bytes, *, where: str) -> Record:
    """Return the record in ``payload``; unknown fields are ignored, missing optional ones get their default.

    Raises:
        LedgerError: a kind or version from a newer program, or a payload without a required field.
    """
    record_type = KINDS.get(kind)
    if record_type is None or version > record_type.VERSION:
        raise LedgerError(
            f"a {kind!r} record of version {version} is not known to this program",
            where=where,
            mend="upgrade with `pip install --upgrade starcase`",
        )
    try:
        record: Record = _create_decoder(record_type).decode(payload)
    except msgspec.MsgspecError as error:
        raise LedgerError(
            f"a {kind!r} record cannot be read",
            where=where,
            why=str(error),
            mend="run `starcase log --verify`; if the chain is whole, report the record as a defect",
        ) from error
    return record


def remove_clock_values(payload: bytes) -> bytes:
    """Return the payload without wall-clock and memory figures and without program versions.

    That is what two runs with one seed have in common.

    >>> remove_clock_values(b'{"clock":true,"low":null,"name":"p99","unit":"us","value":8.5}')
    b'{"clock":true,"high":null,"low":null,"n":null,"name":"p99","unit":"us","value":null}'
    """
    if b'"clock":true' not in payload and VERSION_KEY not in payload:
        return payload
    return _encode(_remove_clock_values(msgspec.json.decode(payload)))


def is_clock(kind: str) -> bool:
    """Whether records of this kind hold nothing but wall-clock and memory measurements."""
    record_type = KINDS.get(kind)
    return record_type is not None and record_type.CLOCK


def iterate_figures(value: object, path: str = "") -> Iterator[tuple[str, Figure]]:
    """Every figure inside a record, with the path that leads to it: ``"standings.0.figures.2"``."""
    if isinstance(value, Figure):
        yield path, value
        return
    for name, part in _iterate_parts(value):
        yield from iterate_figures(part, f"{path}.{name}" if path else name)


def _iterate_parts(value: object) -> Iterator[tuple[str, object]]:
    if is_dataclass(value):
        for field in fields(value):
            yield field.name, getattr(value, field.name)
    elif isinstance(value, (tuple, list)):
        for index, part in enumerate(value):
            yield str(index), part
    elif isinstance(value, dict):
        for name, part in value.items():
            yield str(name), part


def _remove_clock_values(value: object) -> object:
    if isinstance(value, dict):
        if value.get("clock") is True and "unit" in value and "value" in value:
            return {**value, **dict.fromkeys(_MEASURED)}
        return {name: "" if name == VERSION else _remove_clock_values(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_remove_clock_values(part) for part in value]
    return value


def _find_not_finite(value: object, path: str) -> Iterator[str]:
    if isinstance(value, float) and not math.isfinite(value):
        yield path
    for name, part in _iterate_parts(value):
        yield from _find_not_finite(part, f"{path}.{name}")


def _create_encoding_error(record: Record, why: str) -> LedgerError:
    bad = next(_find_not_finite(record, record.KIND), "")
    return LedgerError(
        f"a {record.KIND!r} record cannot be written: it would read back as another value",
        where=bad or record.KIND,
        why="the value is not a finite number" if bad else why,
        mend="leave out the value that could not be measured, or state it in words",
    )
