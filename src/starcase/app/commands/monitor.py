"""Monitor a rollout: its guards, drift weighted by its effect on the objective, and missing outcomes."""

from __future__ import annotations

from hashlib import sha256
from typing import cast

from starcase.app.commands.case_wording import record_case
from starcase.app.fit_history import find_reached_time
from starcase.app.queries.guard_window import (
    MonitoredRollout,
    build_current_window,
    build_reference_window,
    find_monitored_rollout,
)
from starcase.app.rollout_guards import build_comparison_terms, create_rollout_guards
from starcase.app.workspace import Workspace
from starcase.casefile.verdict_settings import MONITOR, hash_settings, select_verdict_settings
from starcase.contract.model import LiveMetric
from starcase.decide import Arm
from starcase.evidence import Entry, Figure
from starcase.evidence.records import GuardReading, MonitorRecord
from starcase.stages.monitor import feed_guards, measure_drift, measure_health
from starcase.tables.duration import parse_duration


def monitor(work: Workspace, rollout: str = "") -> tuple[Entry, MonitorRecord]:
    """Read the guards of a rollout, drift since its model was measured, and the health of the decision log.

    Guards are run over the decision log, so a reading changes nothing and can be repeated. A reading of an unchanged
    log returns the existing record.

    Args:
        work: the opened case.
        rollout: its id; the latest by default.

    Raises:
        RolloutError: no champion serves yet, or there is no such rollout.
        CaseFileError, NotIdentifiable: see ``starcase.stages.monitor.build_guards``.
    """
    wording, settings = record_case(work), select_verdict_settings(work.case, MONITOR)
    seen = find_monitored_rollout(work, rollout)
    now = max(find_reached_time(work), max((one.at for one in seen.served), default=0))
    asked = ("watch", seen.rollout, seen.model, work.log.last(), now, hash_settings(settings))
    key = sha256(repr(asked).encode()).hexdigest()[:16]
    standing = next((entry for entry in work.ledger.entries(MonitorRecord.KIND) if entry.key == key), None)
    if standing is not None:
        return standing, cast("MonitorRecord", standing.record)
    readings = _read_guards(work, seen)
    metric = build_comparison_terms(work).objective.metric
    record = MonitorRecord(
        model=seen.model,
        since=min((one.at for one in seen.served), default=now),
        until=now,
        readings=readings,
        tripped=tuple(reading.guard for reading in readings if reading.tripped),
        drift=_measure_drift(work, seen, metric, now),
        health=_measure_health(work, seen, metric, now),
        settings=settings,
        wording=wording,
    )
    return work.ledger.append(record, key=key, at=now), record


def _read_guards(work: Workspace, seen: MonitoredRollout) -> tuple[GuardReading, ...]:
    """Return the readings of new guards over all decisions while the challenger was exposed."""
    if not seen.versions:
        return ()
    candidate = Arm(seen.candidate, seen.model).candidate
    made = feed_guards(create_rollout_guards(work, candidate, seen.model), seen.canary, challenger=seen.candidate)
    return tuple(guard.build_reading(seen.candidate) for guard in made)


def _measure_drift(work: Workspace, seen: MonitoredRollout, metric: LiveMetric, now: int) -> tuple[Figure, ...]:
    """Return drift readings; none if outcomes depend on the answer or no contest measured the model."""
    reference = build_reference_window(work, seen, metric) if metric.outcome_is_fact else None
    if reference is None or not seen.served:
        return ()
    return measure_drift(metric, reference, build_current_window(work, seen, metric, known_by=now))


def _measure_health(work: Workspace, seen: MonitoredRollout, metric: LiveMetric, now: int) -> tuple[Figure, ...]:
    served = build_current_window(work, seen, metric, known_by=now).decisions
    return measure_health(served, work.log.count_outcomes(), delay=parse_duration(work.case.data.delay), now=now)
