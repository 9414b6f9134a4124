"""Read a model's runs of gates and waivers from the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from starcase.errors import GateNotPassed
from starcase.evidence import Entry, Ledger
from starcase.evidence.records import GateDefinition, GatePlanRecord, GateRecord, GateResult, WaiverRecord

Waivers = dict[str, tuple[Entry, WaiverRecord]]


def find_gate_run(ledger: Ledger, candidate: str, model: str) -> tuple[Entry, GateRecord]:
    """Return the latest non-retrospective run of gates over a model; raises GateNotPassed if there is none."""
    found = ledger.last(GateRecord, lambda r: not r.retrospective and (r.candidate, r.model) == (candidate, model))
    if found is None:
        raise GateNotPassed(
            f"no gate has been run on {candidate}", where=f"model {model[:12]}", mend="run `starcase gate`"
        )
    return found


def list_failed_results(record: GateRecord) -> tuple[GateResult, ...]:
    """Return the results that did not pass; read from the results, not from the record's summary."""
    return tuple(result for result in record.results if result.outcome != "passed")


def find_waivers(ledger: Ledger, candidate: str, model: str, now: int) -> Waivers:
    """Return the waivers in force for a model at ``now``, by gate; of several, the one that expires last.

    A waiver is for the gate that failed: where the latest run held another definition of it, other parameters say, that
    waiver does not count.
    """
    hashes = _collect_hashes(ledger, candidate, model)
    latest = hashes[-1][1] if hashes else {}
    standing: Waivers = {}
    for entry, waiver in ledger.of(WaiverRecord):
        theirs = (waiver.candidate, waiver.model) == (candidate, model) and entry.at <= now < waiver.until
        failed_then = next((held for seq, held in reversed(hashes) if seq < entry.seq), {})
        same = failed_then.get(waiver.gate) == latest.get(waiver.gate)
        if theirs and same and (waiver.gate not in standing or waiver.until > standing[waiver.gate][1].until):
            standing[waiver.gate] = (entry, waiver)
    return standing


def _collect_hashes(ledger: Ledger, candidate: str, model: str) -> list[tuple[int, dict[str, str]]]:
    """Return, for each run over a model, its place in the ledger and the hash of each of its gates."""
    plans = {entry.id: plan for entry, plan in ledger.of(GatePlanRecord)}
    return [
        (entry.seq, {written.gate: written.sha256 for written in plans[run.plan].gates} if run.plan in plans else {})
        for entry, run in ledger.of(GateRecord)
        if (run.candidate, run.model) == (candidate, model) and not run.retrospective
    ]


def find_gate_plan(ledger: Ledger, run: Entry, record: GateRecord) -> tuple[Entry, GatePlanRecord]:
    """Return the plan of a run, written before it for the same model; raises GateNotPassed otherwise."""
    plans = {entry.id: (entry, plan) for entry, plan in ledger.of(GatePlanRecord)}
    entry, plan = plans.get(record.plan, (None, None))
    held = [result.gate for result in record.results]
    if (
        entry is None
        or plan is None
        or not held
        or entry.seq > run.seq
        or (plan.candidate, plan.model) != (record.candidate, record.model)
        or [written.gate for written in plan.gates] != held
    ):
        raise GateNotPassed(
            f"the gates of {run.id} are not those planned before it",
            where=record.plan,
            mend="run `starcase gate` again",
        )
    return entry, plan


def find_missing_gates(
    given: Sequence[GateDefinition], in_force: Sequence[GateDefinition]
) -> tuple[GateDefinition, ...]:
    """Return the gates in force that are missing: left out, with other parameters, or from another origin."""
    held = {(written.gate, written.sha256, written.origin) for written in given}
    return tuple(written for written in in_force if (written.gate, written.sha256, written.origin) not in held)
