"""The contract of a gate: it lets the good past, stops the bad, and admits what it cannot know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from starcase.contract.system import Gate, GateEvidence
from starcase.evidence.records import GateResult
from starcase.evidence.records.gate import GateOutcome
from starcase.testing.violations import collect_complaints, find_missing, require

MEMBERS = ("check", "name", "required")


def check_gate(gate: Gate, *, good: GateEvidence, bad: GateEvidence, thin: GateEvidence | None = None) -> None:
    """Refuse a gate that breaks its contract.

    Looked at: name and required are said before anything is seen, and stay; a good model passes, a planted bad one
    fails, too little data is failed-unknown; the same evidence gives the same result; the result names the gate,
    repeats what was required, says why, and shows what was observed.

    Args:
        gate: the gate.
        good: evidence of a model that should pass.
        bad: evidence of a model that should not.
        thin: evidence with too little data to say; not looked at when None.

    Raises:
        ContractBroken: says in words what is wrong.
    """
    name = getattr(gate, "name", type(gate).__name__)
    require(f"the gate {name}", find_gate_complaints(gate, good, bad, thin))


def find_gate_complaints(gate: Gate, good: GateEvidence, bad: GateEvidence, thin: GateEvidence | None) -> Iterator[str]:
    """What is wrong with a gate, sentence by sentence."""
    lacking = list(find_missing(gate, MEMBERS))
    if lacking:
        yield from lacking
        return
    if not isinstance(gate.name, str) or not gate.name:
        yield f"its name is {gate.name!r}; wanted is text"
    if not isinstance(gate.required, str) or not gate.required:
        yield f"it requires {gate.required!r}; wanted is the condition in words"
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
        yield "what it requires has changed after it saw a result"


def _check_verdict(gate: Gate, evidence: GateEvidence, wanted: GateOutcome, whom: str) -> Iterator[str]:
    result = gate.check(evidence)
    if not isinstance(result, GateResult):
        yield f"it gives a {type(result).__name__}; wanted is a GateResult"
        return
    yield from _check_result(gate, result)
    if result.outcome != wanted:
        yield f"{whom} is {result.outcome}; wanted is {wanted}: {result.why}"
    if gate.check(evidence) != result:
        yield "the same evidence twice gives different results"


def _check_result(gate: Gate, result: GateResult) -> Iterator[str]:
    if result.outcome not in get_args(GateOutcome):
        yield f"its outcome is {result.outcome!r}; wanted is one of {', '.join(get_args(GateOutcome))}"
    if result.gate != gate.name:
        yield f"its result names the gate {result.gate!r}"
    if result.required != gate.required:
        yield f"its result requires {result.required!r}, the gate {gate.required!r}"
    if not result.why:
        yield "its result does not say why"
    if (result.observed is None) != (result.outcome == "failed-unknown"):
        yield f"its result is {result.outcome} and shows {'nothing' if result.observed is None else 'a figure'}"
