"""Lossless conversion of decisions to SQLite rows and back."""

from __future__ import annotations

from typing import Any

import msgspec

from starcase.evidence.decisions.content import convert_scalar
from starcase.evidence.decisions.served_decision import Json, Scalar, ServedDecision, ShadowAnswer
from starcase.evidence.decisions.string_table import StringTable

DecisionRow = tuple[Any, ...]
DECISION_COLUMNS = (
    "id, unit, at, plan_version, bucket, arm, model, propensity, action, score, content, error, layout, features, "
    "latency_us, trace"
)


_pack = msgspec.msgpack.Encoder(enc_hook=convert_scalar).encode
_unpack = msgspec.msgpack.Decoder().decode


def pack_decision(served: ServedDecision, words: StringTable) -> DecisionRow:
    """One decision as a row of ``decisions`` without its seq; features as one MessagePack array in layout order."""
    features = served.features
    return (
        served.id,
        served.unit,
        served.at,
        served.plan_version,
        served.bucket,
        words.number(served.arm),
        words.number(served.model),
        served.propensity,
        words.number(served.action),
        float(served.score),
        None if served.content is None else _pack(served.content),
        served.error,
        words.insert_layout(tuple(features)),
        _pack(list(features.values())),
        served.latency_us,
        served.trace,
    )


def unpack_decision(row: DecisionRow, words: StringTable) -> ServedDecision:
    """A row of ``decisions``, seq first, as the decision it was made from."""
    return ServedDecision(
        seq=row[0],
        id=row[1],
        unit=row[2],
        at=row[3],
        plan_version=row[4],
        bucket=row[5],
        arm=words.word(row[6]),
        model=words.word(row[7]),
        propensity=row[8],
        action=words.word(row[9]),
        score=_unpack_score(row[10]),
        content=_unpack_content(row[11]),
        error=row[12],
        features=unpack_features(row[13], row[14], words),
        latency_us=row[15],
        trace=row[16],
    )


def unpack_features(layout: int, packed: bytes, words: StringTable) -> dict[str, Scalar]:
    """Features by name, from the number of their layout and the array that was packed."""
    return dict(zip(words.names(layout), _unpack(packed), strict=True))


def pack_shadow_answer(answer: ShadowAnswer, model: int, words: StringTable) -> DecisionRow:
    """One shadow answer as a row of ``shadows``."""
    content = None if answer.content is None else _pack(answer.content)
    action = words.number(answer.action)
    return (model, answer.decision, action, float(answer.score), content, answer.error, answer.latency_us)


def check_content(content: Json) -> None:
    """Check that the log can store the content; raises LedgerError, TypeError or OverflowError."""
    _pack(content)


def _unpack_score(stored: float | None) -> float:
    return float("nan") if stored is None else stored  # SQLite keeps NaN as NULL


def _unpack_content(stored: bytes | None) -> Json:
    content: Json = None if stored is None else _unpack(stored)
    return content
