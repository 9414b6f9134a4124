"""A log of an experiment whose truth is known, and the rollout steps that exposed its units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from starcase.comparison.comparison_spec import ComparisonSpec, MetricSpec
from starcase.decide import BUCKETS, compute_bucket
from starcase.evidence import DecisionLog, Ledger, Outcome, ServedDecision
from starcase.evidence.records import StepKind, StepRecord
from starcase.testing.toy import ToyErrors

DELAY = 10
TERMS = ComparisonSpec(
    objective=MetricSpec(metric=ToyErrors("error_rate", among_good=False), margin=0.05), guardrails=(), alpha=0.05,
    effect=0.05, power=0.8, delay=DELAY, coverage=0.95,
)  # fmt: skip
GUARDED = replace(
    TERMS, guardrails=(MetricSpec(metric=ToyErrors("false_positive_rate", among_good=True), margin=0.05),)
)


def step(ledger: Ledger, version: int, kind: StepKind, share: float, at: int) -> None:
    """Put a plan in force."""
    record = StepRecord(
        rollout="toy-1", version=version, step=kind, champion="old", champion_model="m1", challenger="new",
        challenger_model="m2", share=share, because=(), reason="told", automatic=True, decisions=0,
    )  # fmt: skip
    ledger.append(record, key=f"step-{version}", at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One share in force; chances of a bad request and of an error of either arm."""

    version: int
    share: float
    rows: int
    errors: tuple[float, float] = (0.2, 0.2)
    bad: float = 0.3


def written(
    ledger: Ledger, log: DecisionLog, stretches: Sequence[Stretch], *, seed: int, units: int = 0, lose: float = 0.0
) -> int:
    """Serve the stretches; every unit comes once, or ``units`` of them over and over. Return the moment after the last.

    Args:
        ledger: takes the steps.
        log: takes decisions and outcomes.
        stretches: in order.
        seed: of everything.
        units: how many units there are; one a row by default.
        lose: share of the challenger's decisions that never reach the log.
    """
    rng, at = np.random.default_rng(seed), 0
    for number, part in enumerate(stretches):
        step(ledger, part.version, "widen" if number else "canary", part.share, at)
        served, outcomes = [], []
        for _ in range(part.rows):
            unit = f"u{int(rng.integers(units)) if units else at}"
            treated = compute_bucket("toy", unit) < round(part.share * BUCKETS)
            bad = bool(rng.random() < part.bad)
            wrong = bool(rng.random() < part.errors[treated])
            if not (treated and rng.random() < lose):
                served.append(_served(at, unit, part, treated=treated, block=bad != wrong))
                outcomes.append(Outcome(f"t{at}", "bad", float(bad), at + DELAY))
            at += 1
        log.append(served)
        log.outcomes(outcomes)
    return at


def _served(at: int, unit: str, part: Stretch, *, treated: bool, block: bool) -> ServedDecision:
    share = part.share if treated else 1 - part.share
    return ServedDecision(
        id=f"t{at}", unit=unit, at=at, plan_version=part.version, bucket=compute_bucket("toy", unit),
        arm="new" if treated else "old", model="m2" if treated else "m1", propensity=share,
        action="block" if block else "approve", score=0.5,
    )  # fmt: skip
