"""Evaluate claims about a challenger in live metrics by the outcomes of both arms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from starcase.contract.case_spec import ClaimSpec
from starcase.evidence import Figure
from starcase.evidence.records import ClaimAnswer, MetricReading, PlanRecord

METHOD = "difference over all looks, as a share of the champion's own value"


def evaluate_claims(
    claims: Sequence[ClaimSpec], metrics: Sequence[MetricReading], plan: PlanRecord
) -> tuple[ClaimAnswer, ...]:
    """Evaluate each claim whose metrics have been read: it holds if every interval reaches the promised change.

    Args:
        claims: promises of relative changes in live metrics.
        metrics: what outcomes say of each, at this look.
        plan: names champion and challenger.
    """
    read = {one.metric: one for one in metrics}
    return tuple(_evaluate_claim(claim, read, plan) for claim in claims if set(claim.changes) <= set(read))


def _evaluate_claim(claim: ClaimSpec, read: dict[str, MetricReading], plan: PlanRecord) -> ClaimAnswer:
    found = {name: change for name in claim.changes if (change := _compute_relative_change(read[name])) is not None}
    kept = all(name in found and _has_reached(found[name], promised) for name, promised in claim.changes.items())
    wanted = tuple(Figure(name=name, value=change, unit="share") for name, change in claim.changes.items())
    return ClaimAnswer(
        claim=claim.text, verdict="holds" if kept else "refused", candidate=plan.challenger, against=plan.champion,
        changes=tuple(found.values()), wanted=wanted, method=METHOD,
    )  # fmt: skip


def _compute_relative_change(one: MetricReading) -> Figure | None:
    base, apart = one.champion.value, one.difference
    if not base or apart.low is None or apart.high is None:
        return None
    low, high = sorted((apart.low / base, apart.high / base))
    return Figure(
        name=one.metric, value=apart.value / base, unit="share", low=low, high=high, level=apart.level, n=apart.n,
        evidence_class=apart.evidence_class,
    )  # fmt: skip


def _has_reached(change: Figure, wanted: float) -> bool:
    end = change.low if wanted > 0 else change.high
    return end is not None and bool((end - wanted) * np.sign(wanted) >= 0)
