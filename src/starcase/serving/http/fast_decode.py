"""Decode a valid request in one pass: its features are checked while they are decoded."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from starcase.serving.http.wire import Moment, Name, RequestMessage

Kind = Literal["number", "text", "flag"]
Read = Callable[[bytes], RequestMessage]
_TYPES: Mapping[Kind, Any] = {"number": float | int | bool | None, "text": str | None, "flag": bool | None}
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def build_decoder(features: Mapping[str, Kind]) -> Read | None:
    """Build a function from a body to its request, features in this order; None where a name is not plain.

    It raises msgspec.MsgspecError where anything is wrong, without saying in words what.

    >>> build_decoder({"x": "number", "due": "text"})(b'{"id": "t1", "unit": "u", "features": {"due": null, "x": 1}}')
    RequestMessage(id='t1', unit='u', features={'x': 1, 'due': None}, at=None)
    """
    if not all(map(_PLAIN.fullmatch, features)):
        return None
    form = msgspec.defstruct(
        "Features", [(name, _TYPES[kind]) for name, kind in features.items()], forbid_unknown_fields=True, gc=False
    )
    whole: list[tuple[str, Any] | tuple[str, Any, Any]]
    whole = [("id", Name), ("unit", Name), ("features", form), ("at", Moment | None, None)]
    decode = msgspec.json.Decoder(msgspec.defstruct("Known", whole, forbid_unknown_fields=True, gc=False)).decode
    plainly = msgspec.structs.asdict

    def read(body: bytes) -> RequestMessage:
        known: Any = decode(body)
        return RequestMessage(known.id, known.unit, plainly(known.features), known.at)

    return read
