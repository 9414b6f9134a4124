"""Encoding of answer content for the log: canonical bytes, and JSON text for tables."""

from __future__ import annotations

import msgspec
import numpy as np

from starcase.errors import LedgerError
from starcase.evidence.decisions.served_decision import Json


def convert_scalar(value: object) -> object:
    """Return a numpy number as a Python number; raises LedgerError for types the log cannot store."""
    if isinstance(value, np.generic):
        return value.item()
    raise LedgerError(
        f"a {type(value).__name__} cannot be logged", mend="answer with numbers, text, booleans, lists and mappings"
    )


_pack = msgspec.msgpack.Encoder(enc_hook=convert_scalar, order="sorted").encode
_text = msgspec.json.Encoder(order="sorted").encode
_unpack = msgspec.msgpack.Decoder().decode


def encode_content(content: Json) -> bytes:
    """Return canonical bytes of content: tuples as lists, numpy numbers as Python numbers, keys sorted.

    >>> encode_content({"b": (1, np.float64(2.0)), "a": None}) == encode_content({"a": None, "b": [1, 2.0]})
    True
    """
    return _pack(content)


def convert_to_json(stored: bytes | None) -> str | None:
    """Return content as JSON with sorted keys; None where there is none.

    >>> convert_to_json(encode_content({"items": ["a"], "at": 1})), convert_to_json(None)
    ('{"at":1,"items":["a"]}', None)
    """
    return None if stored is None else _text(_unpack(stored)).decode()
