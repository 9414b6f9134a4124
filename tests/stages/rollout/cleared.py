"""A clearance backed by the ledger, for a model on which no gate was run."""

from __future__ import annotations

from starcase.decide import Clearance
from starcase.evidence import Figure, Ledger
from starcase.evidence.records import GateDefinition, GatePlanRecord, GateRecord, GateResult
from starcase.stages.gate import clear, waive

TOLD = GateDefinition(gate="told", required="told so", sha256="0" * 64)


def told(_: Ledger) -> tuple[GateDefinition, ...]:
    """The gates in force: one."""
    return (TOLD,)


def cleared(ledger: Ledger, candidate: str, model: str, *, until: int | None = None, at: int = 0) -> Clearance:
    """Return a clearance of ``model``: it passed one gate, or has a waiver for it where ``until`` is given."""
    plan = ledger.append(
        GatePlanRecord(candidate=candidate, model=model, gates=(TOLD,)), key=f"plan {model} {until}", at=at
    )
    result = GateResult(
        gate="told", outcome="failed" if until else "passed", observed=Figure(name="told", value=1, unit="count"),
        required="told so", why="told so",
    )  # fmt: skip
    record = GateRecord(candidate=candidate, model=model, plan=plan.id, results=(result,), passed=not until)
    ledger.append(record, key=f"run {model} {until}", at=at)
    if until is not None:
        waive(ledger, candidate=candidate, model=model, gate="told", who="ana", why="a deadline", until=until, now=at)
    return clear(ledger, candidate, model, at, in_force=told(ledger))
