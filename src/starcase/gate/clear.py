"""Clearance: the only way for a model to meet real units."""

from __future__ import annotations

from starcase.decide import Clearance
from starcase.errors import GateNotPassed
from starcase.evidence import Entry, Ledger
from starcase.evidence.records import GateRecord
from starcase.gate.standing import Waivers, failed, lessons_missed, plan_of, run_of, waivers


def clear(ledger: Ledger, candidate: str, model: str, now: int) -> Clearance:
    """Proof that a model passed every gate in force, or was waived past those it failed.

    Args:
        ledger: the case's ledger; its whole chain is read.
        candidate: the candidate's name.
        model: hash of the model's artefact.
        now: the present, microseconds UTC.

    Raises:
        GateNotPassed: no run, a failed gate without a waiver in force, or a lesson since; names each, and the mend.
        LedgerCorrupt: the chain is broken.
    """
    ledger.verify().require(str(ledger.path))
    return _proof(ledger, candidate, model, waivers(ledger, candidate, model, now))


def verify_clearance(ledger: Ledger, clearance: Clearance, now: int) -> None:
    """Check a clearance against the ledger; to be called before every exposure.

    Every record it names must be in the chain under the hash it names, a run of gates over that very model among them,
    and what the ledger holds now must clear the model anew: a later failed run or a lesson since withdraws it.

    Raises:
        GateNotPassed: it was forged, has run out, is for another model, or is withdrawn.
    """
    named = dict(zip(clearance.evidence, clearance.hashes, strict=False))
    entries = [entry for entry in ledger.entries() if entry.id in named]
    if len(clearance.evidence) != len(clearance.hashes) or not named or {e.id: e.hash for e in entries} != named:
        raise _forged(ledger, clearance, "it names records that are not in the chain, or other hashes than theirs")
    model = (clearance.candidate, clearance.model)
    runs = [entry.record for entry in entries if isinstance(entry.record, GateRecord)]
    if not any((run.candidate, run.model) == model and not run.retrospective for run in runs):
        raise _forged(ledger, clearance, "no record it names is a run of gates over that model")
    proof = _proof(ledger, *model, waivers(ledger, *model, now))
    if proof.until is not None and (clearance.until is None or clearance.until > proof.until):
        raise _forged(ledger, clearance, "it lasts longer than its waivers")
    if not clearance.covers(clearance.model, now):
        raise GateNotPassed(
            f"the clearance of {clearance.candidate} ran out at {clearance.until}",
            mend="mend the model and run `starcase gate`, or clear it again under a waiver in force",
        )


def _forged(ledger: Ledger, clearance: Clearance, why: str) -> GateNotPassed:
    return GateNotPassed(
        f"the clearance of {clearance.candidate} was not made from this ledger",
        where=str(ledger.path),
        why=why,
        mend="run `starcase gate`; only `gate.clear` makes a clearance",
    )


def _proof(ledger: Ledger, candidate: str, model: str, in_force: Waivers) -> Clearance:
    run, record = run_of(ledger, candidate, model)
    plan = plan_of(ledger, run, record)
    open_gates = [result for result in failed(record) if result.gate not in in_force]
    missed = lessons_missed(ledger, plan)
    if open_gates or missed:
        lines = [f"{r.gate} {r.outcome}: {r.why} (required: {r.required})" for r in open_gates]
        lines += [f"{gate} came into force by a lesson and has not been run" for gate in missed]
        raise GateNotPassed(
            f"{candidate} is not cleared: {', '.join([r.gate for r in open_gates] + list(missed))}",
            where=f"{run.id}, model {model[:12]}",
            why="; ".join(lines),
            mend=_mend(bool(open_gates), bool(missed)),
        )
    used: list[tuple[Entry, int]] = [
        (in_force[result.gate][0], in_force[result.gate][1].until) for result in failed(record)
    ]
    entries = [plan, run, *(entry for entry, _ in used)]
    return Clearance(
        candidate=candidate,
        model=model,
        evidence=tuple(entry.id for entry in entries),
        hashes=tuple(entry.hash for entry in entries),
        until=min((until for _, until in used), default=None),
        measured=record.measured,
    )


def _mend(is_open: bool, missed: bool) -> str:
    ways = ["run `starcase gate` again"] if missed else []
    ways += ["mend the model and run `starcase gate`, or go past it with `starcase waive`"] if is_open else []
    return "; ".join(ways)
