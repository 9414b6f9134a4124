"""The plan of an experiment, fixed before its first unit."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import msgspec

from starcase.comparison.comparison_spec import ComparisonSpec
from starcase.comparison.interim_analysis import METHOD
from starcase.errors import LedgerConflict
from starcase.evidence import DecisionLog, Entry, Figure, Ledger
from starcase.evidence.records import PlanRecord
from starcase.stages.experiment.sample_size import estimate_sample_size, plan_segments, read_history
from starcase.stages.experiment.segment_membership import SegmentMembership

DIVIDED = ("segmentation", "assignment", "segments")
ASIDE = frozenset({"settings", "wording"})


def plan(
    ledger: Ledger,
    log: DecisionLog,
    terms: ComparisonSpec,
    *,
    experiment: str,
    champion: str,
    challenger: str,
    version: int,
    at: int,
    segments: SegmentMembership | None = None,
) -> tuple[Entry, PlanRecord]:
    """Record the plan of an experiment; a later call returns the recorded plan.

    Args:
        ledger: takes the plan.
        log: the champion's earlier decisions, if there are any.
        terms: metric, margin, error rate, the smallest difference worth finding.
        experiment: name of the experiment, the rollout's own.
        champion: name of the candidate that serves.
        challenger: name of the candidate to be tried out.
        version: the first plan under which the challenger is tried out, be it in shadow.
        at: when that began, microseconds UTC; nothing later is looked at.
        segments: the segmentation of units; a recorded plan keeps its own.

    Raises:
        LedgerConflict: a plan with this name and other terms is recorded; a recorded plan cannot be changed.
    """
    stands = find_plan(ledger, experiment)
    record = _build_record(terms, experiment, champion, challenger)
    if stands is None:
        record = draft(
            log, terms, experiment=experiment, champion=champion, challenger=challenger, after=log.before(version),
            at=at, segments=segments,
        )  # fmt: skip
        return ledger.append(record, key=experiment, at=at), record
    entry, standing = stands
    if standing.sha256 != _add_hash(record, terms, standing).sha256:
        raise LedgerConflict(
            f"{experiment} was planned with other terms",
            where=entry.id,
            why=f"{_describe_change(standing, record)} since; a recorded plan cannot be changed",
            mend="set case.toml back until the rollout has ended",
        )
    return entry, standing


def _describe_change(standing: PlanRecord, record: PlanRecord) -> str:
    """Describe the settings that differ from the plan's; in general terms if the plan records no settings."""
    before = {(one.key, one.value) for one in standing.settings}
    keys = [one.key for one in record.settings if before and (one.key, one.value) not in before]
    return f"changed in case.toml: {', '.join(keys)}" if keys else "metric, margin, error rate or effect have changed"


def find_plan(ledger: Ledger, experiment: str) -> tuple[Entry, PlanRecord] | None:
    """Return the plan of an experiment; None if it has none."""
    return ledger.last(PlanRecord, lambda record: record.experiment == experiment)


def draft(
    log: DecisionLog,
    terms: ComparisonSpec,
    *,
    experiment: str,
    champion: str,
    challenger: str,
    after: int,
    at: int,
    segments: SegmentMembership | None = None,
) -> PlanRecord:
    """Draft the plan of an experiment that begins at ``at``, after decision ``after`` of the log."""
    history = read_history(log, terms, champion, after=after, at=at)
    record = _build_record(terms, experiment, champion, challenger)
    whole = estimate_sample_size(history, terms)
    if segments is not None:
        record = replace(
            record, segmentation=segments.segmentation, assignment=segments.sha256,
            segments=plan_segments(history, terms, segments, whole),
        )  # fmt: skip
    return replace(_add_hash(record, terms, record), expected=whole)


def _build_record(terms: ComparisonSpec, experiment: str, champion: str, challenger: str) -> PlanRecord:
    metric = terms.objective.metric
    return PlanRecord(
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
            value=terms.compute_planned_error(terms.objective),
            unit=metric.unit,
        ),
        sha256="",
        power=terms.power,
        method=METHOD,
        settings=terms.settings,
        wording=terms.wording,
    )


def _add_hash(record: PlanRecord, terms: ComparisonSpec, divided: PlanRecord) -> PlanRecord:
    """Return the record with its segments and the hash of all fixed terms."""
    record = replace(
        record, segmentation=divided.segmentation, assignment=divided.assignment, segments=divided.segments
    )
    fields = msgspec.to_builtins(record)
    told = {name: value for name, value in fields.items() if name not in ASIDE and (value or name not in DIVIDED)}
    fixed = (told, terms.effect, terms.delay, [term.margin for term in terms.guardrails])
    return replace(record, sha256=sha256(msgspec.json.encode(fixed, order="sorted")).hexdigest())
