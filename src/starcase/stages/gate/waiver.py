"""Waivers for failed gates: a person, a reason and an end."""

from __future__ import annotations

from starcase.errors import GateNotPassed
from starcase.evidence import Entry, Ledger
from starcase.evidence.records import WaiverRecord
from starcase.stages.gate.gate_history import find_gate_run


def waive(
    ledger: Ledger, *, candidate: str, model: str, gate: str, who: str, why: str, until: int, now: int, key: str = ""
) -> Entry:
    """Waive one failed gate for one model, for a limited time.

    Args:
        ledger: the case's ledger.
        candidate: the candidate's name.
        model: hash of the model's artefact; another fit of the same candidate is another model.
        gate: the gate that failed on that very model.
        who: the person who answers for it.
        why: the reason, in words.
        until: when the waiver expires, microseconds UTC.
        now: the moment of the waiver, microseconds UTC.
        key: makes asking again harmless.

    Raises:
        GateNotPassed: the person or the reason is missing, it would have expired already, or the gate did not fail.
    """
    if not who.strip() or not why.strip():
        raise GateNotPassed("a waiver needs an accountable person and a reason", mend="give both: `--who` and `--why`")
    if until <= now:
        raise GateNotPassed("a waiver ends after it begins", where=f"until {until}, now {now}", mend="give a later end")
    _, record = find_gate_run(ledger, candidate, model)
    outcomes = {result.gate: result.outcome for result in record.results}
    if outcomes.get(gate, "passed") == "passed":
        failed = [name for name, outcome in outcomes.items() if outcome != "passed"]
        raise GateNotPassed(
            f"{gate} {'passed' if gate in outcomes else 'was not run'} on {candidate}: there is nothing to waive",
            where=f"model {model[:12]}",
            mend=f"failed there: {', '.join(failed) or 'none'}",
        )
    waiver = WaiverRecord(candidate=candidate, model=model, gate=gate, who=who.strip(), why=why.strip(), until=until)
    return ledger.append(waiver, key=key, actor=who.strip(), at=now)
