"""What an experiment is about, fixed before its first unit."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import msgspec
import numpy as np

from starcase.case.looks import METHOD
from starcase.case.terms import Terms
from starcase.evidence import DecisionLog, Entry, Figure, Ledger
from starcase.evidence.records import PlanRecord
from starcase.inference.clustered import scatter
from starcase.inference.unit_sums import UnitSums

HISTORY = 200_000
HALVES = 4


def plan(
    ledger: Ledger,
    log: DecisionLog,
    terms: Terms,
    *,
    experiment: str,
    champion: str,
    challenger: str,
    version: int,
    at: int,
) -> tuple[Entry, PlanRecord]:
    """Write down what will be compared; asking again gives the plan that stands.

    Args:
        ledger: takes the plan.
        log: tells how the champion has done before, where it holds something.
        terms: metric, margin, error rate, the smallest difference worth finding.
        experiment: name of the experiment, the rollout's own.
        champion: name of the candidate that serves.
        challenger: name of the candidate to be tried out.
        version: the first plan under which the challenger is tried out, be it in shadow.
        at: when that began, microseconds UTC; nothing later is looked at.

    Raises:
        LedgerConflict: a plan stands under this name with other terms; a plan is not changed once it is written.
    """
    record = draft(
        log, terms, experiment=experiment, champion=champion, challenger=challenger, after=log.before(version), at=at
    )
    return ledger.append(record, key=experiment, at=at), record


def draft(
    log: DecisionLog, terms: Terms, *, experiment: str, champion: str, challenger: str, after: int, at: int
) -> PlanRecord:
    """What ``plan`` would write for an experiment that begins at ``at``, after decision ``after`` of the log."""
    metric = terms.objective.metric
    record = PlanRecord(
        experiment=experiment,
        champion=champion,
        challenger=challenger,
        unit="the request's unit: what is randomised is what is analysed",
        objective=metric.name,
        direction=metric.direction,
        guardrails=tuple(f"{term.metric.name} within {term.margin:g}" for term in terms.guardrails),
        margin=Figure(name=f"{metric.name}, margin", value=terms.objective.margin, unit=metric.unit),
        alpha=terms.alpha,
        planned=Figure(
            name=f"{metric.name}, standard error at the planned size",
            value=terms.planned_error(terms.objective),
            unit=metric.unit,
        ),
        sha256="",
        power=terms.power,
        method=METHOD,
    )
    fixed = (record, terms.effect, terms.delay, [term.margin for term in terms.guardrails])
    return replace(
        record,
        sha256=sha256(msgspec.json.encode(fixed, order="sorted")).hexdigest(),
        expected=_expected(log, terms, champion, after, at),
    )


def _expected(log: DecisionLog, terms: Terms, champion: str, after: int, at: int) -> Figure | None:
    """How many units the planned size takes at equal shares, from the champion's own latest decisions."""
    metric = terms.objective.metric
    rows = log.table(
        known_by=at, outcome=metric.outcome, within=terms.delay, after=max(0, after - HISTORY),
        until=at - terms.delay,
    )  # fmt: skip
    rows = rows.filter(arm=champion)
    both = metric.per_decision(rows)
    known = both["numerator"].is_not_null()
    values, units = both.filter(known).to_numpy(), rows.filter(known)["unit"].to_list()
    sums = UnitSums(2)
    sums.add(units, np.zeros(len(units), dtype=np.int64), values)
    totals = sums.totals(1)[:, 0]
    before = scatter(totals[:, 0], totals[:, 1])
    if before is None or not before[1]:
        return None
    needed = HALVES * (before[1] / terms.planned_error(terms.objective)) ** 2
    return Figure(name="units expected at equal shares", value=float(np.ceil(needed)), unit="count", n=len(totals))
