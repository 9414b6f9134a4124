"""Look at the guards of a rollout, at drift as it touches the objective, and at what should have arrived."""

from __future__ import annotations

from hashlib import sha256
from typing import cast

from starcase.app.commands.case_wording import record_case
from starcase.app.fit_history import reached
from starcase.app.queries.guard_window import Watched, watched, window_measured, window_now
from starcase.app.rollout_guards import guards, terms_beside_guards
from starcase.app.workspace import Workspace
from starcase.casefile.verdict_settings import MONITOR, deciding, settings_hash
from starcase.contract.model import LiveMetric
from starcase.decide import Arm
from starcase.evidence import Entry, Figure
from starcase.evidence.records import GuardReading, MonitorRecord
from starcase.stages.monitor import drift, health, shown
from starcase.tables.duration import duration


def monitor(work: Workspace, rollout: str = "") -> tuple[Entry, MonitorRecord]:
    """What the guards saw in a rollout, what has changed since its model was measured, and how the log fares.

    Guards are run over the decision log, so that a look changes nothing and can be repeated. A look at an unchanged log
    gives the record that stands.

    Args:
        work: the opened case.
        rollout: its id; the latest by default.

    Raises:
        RolloutError: nobody serves yet, or there is no such rollout.
        CaseFileError, NotIdentifiable: see ``starcase.stages.monitor.guards_for``.
    """
    wording, settings = record_case(work), deciding(work.case, MONITOR)
    seen = watched(work, rollout)
    now = max(reached(work), max((one.at for one in seen.served), default=0))
    asked = ("watch", seen.rollout, seen.model, work.log.last(), now, settings_hash(settings))
    key = sha256(repr(asked).encode()).hexdigest()[:16]
    standing = next((entry for entry in work.ledger.entries(MonitorRecord.KIND) if entry.key == key), None)
    if standing is not None:
        return standing, cast("MonitorRecord", standing.record)
    readings = _readings(work, seen)
    metric = terms_beside_guards(work).objective.metric
    record = MonitorRecord(
        model=seen.model,
        since=min((one.at for one in seen.served), default=now),
        until=now,
        readings=readings,
        tripped=tuple(reading.guard for reading in readings if reading.tripped),
        drift=_drift(work, seen, metric, now),
        health=_health(work, seen, metric, now),
        settings=settings,
        wording=wording,
    )
    return work.ledger.append(record, key=key, at=now), record


def _readings(work: Workspace, seen: Watched) -> tuple[GuardReading, ...]:
    """The readings of fresh guards over everything the challenger was exposed to."""
    if not seen.versions:
        return ()
    candidate = Arm(seen.candidate, seen.model).candidate
    made = shown(guards(work, candidate, seen.model), seen.canary, challenger=seen.candidate)
    return tuple(guard.reading(seen.candidate) for guard in made)


def _drift(work: Workspace, seen: Watched, metric: LiveMetric, now: int) -> tuple[Figure, ...]:
    """Nothing where the outcome is a reply to what was served, or no contest measured the model."""
    reference = window_measured(work, seen, metric) if metric.outcome_is_fact else None
    if reference is None or not seen.served:
        return ()
    return drift(metric, reference, window_now(work, seen, metric, known_by=now))


def _health(work: Workspace, seen: Watched, metric: LiveMetric, now: int) -> tuple[Figure, ...]:
    served = window_now(work, seen, metric, known_by=now).decisions
    return health(served, work.log.outcome_counts(), delay=duration(work.case.data.delay), now=now)
