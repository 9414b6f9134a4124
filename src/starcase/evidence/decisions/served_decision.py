"""The types of a logged decision and of a shadow answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

Scalar = float | int | str | bool | None
Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


class ServedDecision(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A decision with its request as flat fields, enough to explain, repeat and shadow it.

    Args:
        id: the decision's id, the request's own.
        unit: what is randomised.
        at: when it was asked, microseconds UTC.
        plan_version: the plan in force.
        bucket: the unit's bucket under the plan's salt.
        arm: who was assigned.
        model: hash of the artefact that answered.
        propensity: probability of the assignment under the plan.
        action: what was done.
        score: the number it was derived from.
        content: anything else that was served.
        error: why the champion answered in the arm's place; empty otherwise.
        features: what was known at that moment, by name.
        latency_us: wall-clock microseconds the answer took; no part of the reproducible digest.
        trace: id of the distributed trace the request belongs to; no part of the digest either.
        seq: position in the log, given when it is read back.
    """

    id: str
    unit: str
    at: int
    plan_version: int
    bucket: int
    arm: str
    model: str
    propensity: float
    action: str
    score: float
    content: Json = None
    error: str = ""
    features: Mapping[str, Scalar] = msgspec.field(default_factory=dict)
    latency_us: float = 0.0
    trace: str = ""
    seq: int = 0


class ShadowAnswer(msgspec.Struct, frozen=True, gc=False):
    """A challenger's answer to the request of ``decision``; ``error`` is the reason for a missing answer."""

    decision: str
    action: str
    score: float
    content: Json = None
    error: str = ""
    latency_us: float = 0.0
