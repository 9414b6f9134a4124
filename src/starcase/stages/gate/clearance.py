"""Clearance: the proof that a model needs before it is exposed to units."""

from __future__ import annotations

from collections.abc import Sequence

from starcase.decide import Clearance
from starcase.errors import GateNotPassed
from starcase.evidence import Entry, Ledger
from starcase.evidence.records import GateDefinition, GatePlanRecord, GateRecord
from starcase.stages.gate.definition import has_no_parameters
from starcase.stages.gate.gate_history import (
    find_gate_plan,
    find_gate_run,
    find_missing_gates,
    find_waivers,
    list_failed_results,
)

OWNERS = frozenset({"shared", "system", "case"})


def clear(ledger: Ledger, candidate: str, model: str, now: int, *, in_force: Sequence[GateDefinition]) -> Clearance:
    """Return proof that a model passed every gate in force, or has a waiver for each gate that it failed.

    Args:
        ledger: the case's ledger; its whole chain is read.
        candidate: the candidate's name.
        model: hash of the model's artefact.
        now: the present, microseconds UTC.
        in_force: every gate in force now, as ``define_gates_in_force`` gives them.

    Raises:
        GateNotPassed: no run, a failed gate without a waiver in force, or a gate in force that was not run with the
            parameters it has now; names each, and the mend.
        LedgerCorrupt: the chain is broken.
    """
    ledger.verify().require(str(ledger.path))
    return _prove_clearance(ledger, candidate, model, now, in_force)


def verify_clearance(ledger: Ledger, clearance: Clearance, now: int, *, in_force: Sequence[GateDefinition]) -> None:
    """Verify a clearance with the ledger; to be called before every exposure.

    Every record it names must be in the chain under the hash it names, a run of gates over that very model among them,
    and what the ledger holds now must clear the model anew: a later failed run, a lesson since or a parameter of a gate
    that was changed since withdraws it.

    Raises:
        GateNotPassed: it is forged, expired, revoked or issued for another model.
    """
    named = dict(zip(clearance.evidence, clearance.hashes, strict=False))
    entries = [entry for entry in ledger.entries() if entry.id in named]
    if len(clearance.evidence) != len(clearance.hashes) or not named or {e.id: e.hash for e in entries} != named:
        raise _build_forgery_error(
            ledger, clearance, "it names records that are not in the chain or that have other hashes"
        )
    model = (clearance.candidate, clearance.model)
    runs = [entry.record for entry in entries if isinstance(entry.record, GateRecord)]
    if not any((run.candidate, run.model) == model and not run.retrospective for run in runs):
        raise _build_forgery_error(ledger, clearance, "none of its records is a run of gates over that model")
    proof = _prove_clearance(ledger, *model, now, in_force)
    if proof.until is not None and (clearance.until is None or clearance.until > proof.until):
        raise _build_forgery_error(ledger, clearance, "it expires later than its waivers")
    if not clearance.is_valid_for(*model, now):
        raise GateNotPassed(
            f"the clearance of {clearance.candidate} expired at {clearance.until}",
            mend="mend the model and run `starcase gate`, or clear it again under a waiver in force",
        )


def _build_forgery_error(ledger: Ledger, clearance: Clearance, why: str) -> GateNotPassed:
    return GateNotPassed(
        f"the clearance of {clearance.candidate} was not made from this ledger",
        where=str(ledger.path),
        why=why,
        mend="run `starcase gate`; only `gate.clear` makes a clearance",
    )


def _prove_clearance(
    ledger: Ledger, candidate: str, model: str, now: int, in_force: Sequence[GateDefinition]
) -> Clearance:
    run, record = find_gate_run(ledger, candidate, model)
    entry, plan = find_gate_plan(ledger, run, record)
    waived = find_waivers(ledger, candidate, model, now)
    open_gates = [result for result in list_failed_results(record) if result.gate not in waived]
    missed = find_missing_gates(plan.gates, in_force)
    if open_gates or missed:
        lines = [f"{r.gate} {r.outcome}: {r.why} (required: {r.required})" for r in open_gates]
        lines += [_explain_missed_gate(written, plan) for written in missed]
        names = dict.fromkeys([r.gate for r in open_gates] + [written.gate for written in missed])
        raise GateNotPassed(
            f"{candidate} is not cleared: {', '.join(names)}",
            where=f"{run.id}, model {model[:12]}",
            why="; ".join(lines),
            mend=_suggest_mend(candidate, is_open=bool(open_gates), missed=bool(missed)),
        )
    used: list[tuple[Entry, int]] = [
        (waived[result.gate][0], waived[result.gate][1].until) for result in list_failed_results(record)
    ]
    entries = [entry, run, *(waiver for waiver, _ in used)]
    return Clearance(
        candidate=candidate,
        model=model,
        evidence=tuple(entry.id for entry in entries),
        hashes=tuple(entry.hash for entry in entries),
        until=min((until for _, until in used), default=None),
        measured=record.measured,
    )


def _explain_missed_gate(written: GateDefinition, plan: GatePlanRecord) -> str:
    """Explain why a gate in force does not count as run."""
    ran = next((held for held in plan.gates if held.gate == written.gate), None)
    if ran is None:
        by = "" if written.origin in OWNERS else f" by a lesson, {written.origin},"
        return f"{written.gate} is in force{by} and has not been run"
    if has_no_parameters(ran):
        return f"{written.gate} was run by version 0.1, which did not record a gate's parameters"
    if ran.origin != written.origin and written.origin not in OWNERS:
        return f"{written.gate} came into force by a lesson, {written.origin}, and has not been run since"
    if ran.sha256 == written.sha256:
        return f"{written.gate} came from {ran.origin} when it was run, and comes from {written.origin} now"
    before, now = dict(ran.parameters), dict(written.parameters)
    changed = [
        f"{name} was {before.get(name, 'not set')} and is {now.get(name, 'not set')}"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    ]
    return f"{written.gate} was changed after it was run: {', '.join(changed) or f'now {written.required}'}"


def _suggest_mend(candidate: str, *, is_open: bool, missed: bool) -> str:
    ways = [f"run `starcase gate --candidate {candidate}` again"] if missed else []
    ways += ["mend the model and run `starcase gate`, or waive the gate with `starcase waive`"] if is_open else []
    return "; ".join(ways)
