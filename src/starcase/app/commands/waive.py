"""Waive a failed gate for one model: a person is accountable, for a limited time."""

from __future__ import annotations

from hashlib import sha256

from starcase.app.commands.case_wording import record_case
from starcase.app.fit_history import find_reached_time
from starcase.app.workspace import Workspace
from starcase.errors import GateNotPassed
from starcase.evidence import Entry
from starcase.evidence.records import GatePlanRecord, GateRecord, WaiverRecord
from starcase.stages.gate import waive as past


def waive(
    work: Workspace, candidate: str, gate: str, *, who: str, why: str, until: int, model: str = "",
    now: int | None = None,
) -> Entry:  # fmt: skip
    """Record a waiver for one gate; the same words again return the recorded waiver.

    Args:
        work: the opened case.
        candidate: the candidate's name.
        gate: the gate that failed.
        who: the person who answers for it.
        why: the reason, in words.
        until: when the waiver expires, microseconds UTC.
        model: hash of the model; the one the latest run of gates was about by default.
        now: the moment of the waiver, microseconds UTC; the event time the case has reached by default.

    Raises:
        GateNotPassed: the person or the reason is missing, the end is in the past, or the gate did not fail there.
        LedgerError: nothing has been recorded yet.
    """
    record_case(work)
    meant = model or _find_latest_model(work, candidate)
    asked = (candidate, meant, gate, _find_failed_hash(work, candidate, meant, gate), who, why, until)
    key = sha256(repr(asked).encode()).hexdigest()[:16]
    if standing := [entry for entry in work.ledger.entries(WaiverRecord.KIND) if entry.key == key]:
        return standing[0]
    moment = find_reached_time(work) if now is None else now
    return past(
        work.ledger, candidate=candidate, model=meant, gate=gate, who=who, why=why, until=until, now=moment, key=key
    )


def _find_failed_hash(work: Workspace, candidate: str, model: str, gate: str) -> str:
    """Return the hash of the gate in the latest run over the model: a waiver is for the gate with those parameters."""
    run = work.ledger.last(GateRecord, lambda r: not r.retrospective and (r.candidate, r.model) == (candidate, model))
    plans = {entry.id: plan for entry, plan in work.ledger.of(GatePlanRecord)}
    held = plans[run[1].plan].gates if run is not None and run[1].plan in plans else ()
    return next((written.sha256 for written in held if written.gate == gate), "")


def _find_latest_model(work: Workspace, candidate: str) -> str:
    work.candidate(candidate)
    found = work.ledger.last(GateRecord, lambda run: run.candidate == candidate and not run.retrospective)
    if found is None:
        raise GateNotPassed(f"no gate has been run on {candidate}", mend="run `starcase gate` first")
    return found[1].model
