"""Encode a decision as the bytes of a record, and decode it."""

from __future__ import annotations

import msgspec

from starcase.evidence import ServedDecision


class _RecordId(msgspec.Struct):
    id: str


_named = msgspec.msgpack.Decoder(_RecordId).decode
_decode = msgspec.msgpack.Decoder().decode
packed = msgspec.msgpack.Encoder().encode


def unpack_decision(record: bytes) -> ServedDecision:
    """Decode the decision that a record holds.

    >>> one = ServedDecision(id="t1", unit="u", at=5, plan_version=1, bucket=3, arm="logistic", model="c0ffee",
    ...     propensity=1.0,
    ...              action="approve", score=0.25, features={"amount": 12.5})
    >>> unpack_decision(packed(one)) == one
    True
    """
    return ServedDecision(**_decode(record))


def read_id(record: bytes) -> str:
    """Return the id of the decision that a record holds."""
    return _named(record).id
