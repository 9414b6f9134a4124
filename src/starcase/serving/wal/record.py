"""A decision as the bytes of a record, and back."""

from __future__ import annotations

import msgspec

from starcase.evidence import Served


class _Named(msgspec.Struct):
    id: str


_named = msgspec.msgpack.Decoder(_Named).decode
_decode = msgspec.msgpack.Decoder().decode
packed = msgspec.msgpack.Encoder().encode


def unpacked(record: bytes) -> Served:
    """The decision that a record holds.

    >>> one = Served(id="t1", unit="u", at=5, plan_version=1, bucket=3, arm="logistic", model="c0ffee", propensity=1.0,
    ...              action="approve", score=0.25, features={"amount": 12.5})
    >>> unpacked(packed(one)) == one
    True
    """
    return Served(**_decode(record))


def id_of(record: bytes) -> str:
    """The id of the decision that a record holds."""
    return _named(record).id
