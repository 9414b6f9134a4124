"""Conversion of a decision to and from its row in the decision log."""

from __future__ import annotations

from starcase.contract.request import Answer, Request
from starcase.decide.router import Decision
from starcase.evidence.decisions import ServedDecision


def flatten_decision(
    decision: Decision, request: Request, *, latency_us: float = 0.0, trace: str = ""
) -> ServedDecision:
    """Flatten a decision and its request into a row of the decision log.

    Args:
        decision: what the router gave.
        request: what it was asked.
        latency_us: wall-clock microseconds the answer took.
        trace: the distributed trace the request belongs to.

    >>> from starcase.contract.request import Answer
    >>> made = Decision("t1", "card-7", 5, 1, 3, "logistic", "c0ffee", 1.0, Answer("approve", 0.25))
    >>> flatten_decision(made, Request("t1", "card-7", 5, {"amount": 12.5})).features
    {'amount': 12.5}
    """
    answer = decision.answer
    return ServedDecision(
        id=decision.id,
        unit=decision.unit,
        at=decision.at,
        plan_version=decision.plan_version,
        bucket=decision.bucket,
        arm=decision.arm,
        model=decision.model,
        propensity=decision.propensity,
        action=answer.action,
        score=answer.score,
        content=answer.content,
        error=decision.error,
        features=request.features,
        latency_us=latency_us,
        trace=trace,
    )


def restore_decision(kept: ServedDecision) -> Decision:
    """Restore the decision that ``flatten_decision`` flattened, from its row in the log.

    >>> kept = ServedDecision(id="t1", unit="card-7", at=5, plan_version=1, bucket=3, arm="logistic", model="c0ffee",
    ...               propensity=1.0, action="approve", score=0.25)
    >>> restore_decision(kept).answer.action
    'approve'
    """
    return Decision(
        id=kept.id,
        unit=kept.unit,
        at=kept.at,
        plan_version=kept.plan_version,
        bucket=kept.bucket,
        arm=kept.arm,
        model=kept.model,
        propensity=kept.propensity,
        answer=Answer(kept.action, kept.score, kept.content),
        error=kept.error,
    )
