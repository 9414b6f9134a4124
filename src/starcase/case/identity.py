"""The name of a fitted model: the hash of what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import msgspec


def model_hash(files: Mapping[str, bytes]) -> str:
    """The hash that names a model: SHA-256 over the sorted (name, content) pairs, each with its length.

    >>> model_hash({"a": b"1", "b": b"2"}) == model_hash({"b": b"2", "a": b"1"}) != model_hash({"a": b"12", "b": b""})
    True
    """
    return sha256(msgspec.msgpack.encode(sorted(files.items()))).hexdigest()
