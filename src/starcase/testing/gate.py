"""The contract of a gate: good models pass, bad ones fail, and too little data is failed-unknown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from starcase.contract.system import Gate, GateEvidence
from starcase.evidence.records import GateResult
from starcase.evidence.records.gate import GateOutcome
from starcase.testing.violations import collect_complaints, find_missing, require

MEMBERS = ("check", "name", "required")


def check_gate(gate: Gate, *, good: GateEvidence, bad: GateEvidence, thin: GateEvidence | None = None) -> None:
    """Raise ContractBroken where a gate breaks its contract.

    Checked: name and required are known before any evidence, and do not change; a good model passes, a planted bad one
    fails, too little data is failed-unknown; the same evidence gives the same result; the result names the gate,
    repeats the requirement, gives the reason, and shows what was observed.

    Args:
        gate: the gate.
        good: evidence of a model that should pass.
        bad: evidence of a model that should not.
        thin: evidence with too little data to decide; not checked when None.

    Raises:
        ContractBroken: lists the complaints.
    """
    name = getattr(gate, "name", type(gate).__name__)
    require(f"the gate {name}", find_gate_complaints(gate, good, bad, thin))


def find_gate_complaints(gate: Gate, good: GateEvidence, bad: GateEvidence, thin: GateEvidence | None) -> Iterator[str]:
    """Yield the complaints about a gate."""
    lacking = list(find_missing(gate, MEMBERS))
    if lacking:
        yield from lacking
        return
    if not isinstance(gate.name, str) or not gate.name:
        yield f"its name is {gate.name!r}; text is required"
    if not isinstance(gate.required, str) or not gate.required:
        yield f"its requirement is {gate.required!r}; the condition in words is required"
    required = gate.required
    yield from collect_complaints(
        "checking the good model", lambda: _check_verdict(gate, good, "passed", "the good model")
    )
    yield from collect_complaints(
        "checking the bad model", lambda: _check_verdict(gate, bad, "failed", "the planted bad model")
    )
    if thin is not None:
        yield from collect_complaints(
            "checking thin data", lambda: _check_verdict(gate, thin, "failed-unknown", "too little data")
        )
    if gate.required != required:
        yield "its requirement changes after a check"


def _check_verdict(gate: Gate, evidence: GateEvidence, wanted: GateOutcome, whom: str) -> Iterator[str]:
    result = gate.check(evidence)
    if not isinstance(result, GateResult):
        yield f"it returns a {type(result).__name__}; a GateResult is required"
        return
    yield from _check_result(gate, result)
    if result.outcome != wanted:
        yield f"{whom} is {result.outcome}; {wanted} is required: {result.why}"
    if gate.check(evidence) != result:
        yield "two checks of the same evidence give different results"


def _check_result(gate: Gate, result: GateResult) -> Iterator[str]:
    if result.outcome not in get_args(GateOutcome):
        yield f"its outcome is {result.outcome!r}; it must be one of {', '.join(get_args(GateOutcome))}"
    if result.gate != gate.name:
        yield f"its result names the gate {result.gate!r}"
    if result.required != gate.required:
        yield f"its result repeats the requirement as {result.required!r}, the gate has {gate.required!r}"
    if not result.why:
        yield "its result gives no reason"
    if (result.observed is None) != (result.outcome == "failed-unknown"):
        yield f"its result is {result.outcome} and shows {'nothing' if result.observed is None else 'a figure'}"
