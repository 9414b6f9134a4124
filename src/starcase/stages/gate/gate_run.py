"""Run gates on a fitted model: the definitions are recorded first, then the gates run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from starcase.casefile.verdict_settings import GATE, select_verdict_settings
from starcase.contract.system import Gate, GateEvidence, RefitGate
from starcase.errors import GateNotPassed, NotIdentifiable
from starcase.evidence import Entry, Ledger
from starcase.evidence.records import GateDefinition, GatePlanRecord, GateRecord, GateResult
from starcase.stages.gate.definition import GIVEN, GateInForce, define_gate
from starcase.stages.gate.gate_history import find_missing_gates
from starcase.stages.gate.limit_check import build_unknown_result, is_finite, join_sentences
from starcase.stages.gate.required_gates import define_gates_in_force


def run(
    ledger: Ledger, evidence: GateEvidence, gates: Sequence[Gate], *, retrospective: bool = False, key: str = "",
    wording: str = "",
) -> Entry:  # fmt: skip
    """Run gates over one model and record the results.

    The ledger first takes the definition of every gate with its hash, and only then does the first one run. A gate that
    raises, measures no finite number or lacks data has failed-unknown; it never passes. Where the evidence holds a
    refit, the run is about that model: gates that need unseen rows judge the fit of the last fold in its place.

    Args:
        ledger: the case's ledger.
        evidence: the fitted model on a span it has not seen.
        gates: the gates to run; all gates in force must be among them.
        retrospective: True for a run that explains a past exposure: it clears nothing, and may hold any gates.
        key: if a record with this key exists, it is returned and nothing runs.
        wording: id of the case record in force.

    Returns:
        The entry of the ``GateRecord``.

    Raises:
        GateNotPassed: a gate in force is missing, or has other parameters or another origin.
        ValueError: no gate, or two of one name.
    """
    standing = [entry for entry, _ in ledger.of(GateRecord) if key and entry.key == key]
    if standing:
        return standing[0]
    definitions = tuple(define_gate(gate) for gate in gates)
    _check_names(definitions)
    if not retrospective:
        definitions = _complete_definitions(ledger, evidence, definitions)
    name, at = evidence.candidate.name, evidence.now or None
    plan = ledger.append(
        GatePlanRecord(candidate=name, model=evidence.deployed.artefact, gates=definitions), key=key, at=at
    )
    results = tuple(_run_gate(gate, written, evidence) for gate, written in zip(gates, definitions, strict=True))
    record = GateRecord(
        candidate=name,
        model=evidence.deployed.artefact,
        measured=evidence.artefact,
        plan=plan.id,
        results=results,
        passed=all(result.outcome == "passed" for result in results),
        retrospective=retrospective,
        settings=select_verdict_settings(evidence.case, GATE),
        wording=wording,
    )
    return ledger.append(record, key=key, at=at)


def _check_names(definitions: Sequence[GateDefinition]) -> None:
    names = [written.gate for written in definitions]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"gates need a name each, and at least one gate is needed; got {names}")


def _complete_definitions(
    ledger: Ledger, evidence: GateEvidence, definitions: Sequence[GateDefinition]
) -> tuple[GateDefinition, ...]:
    """Return the definitions with origins; raises GateNotPassed if a gate in force is missing."""
    wanted = define_gates_in_force(evidence.case, evidence.system, ledger)
    origins = {(written.gate, written.sha256): written.origin for written in wanted}
    given = tuple(
        replace(written, origin=origins.get((written.gate, written.sha256), GIVEN))
        if written.origin == GIVEN
        else written
        for written in definitions
    )
    left_out = find_missing_gates(given, wanted)
    if left_out:
        raise GateNotPassed(
            f"gates in force were left out or changed: {', '.join(w.gate for w in left_out)}",
            why="; ".join(_describe_requirement(w) for w in left_out),
            mend="run all of `gate.gates_in_force(...)`; waive a gate that a model may fail",
        )
    return given


def _describe_requirement(written: GateDefinition) -> str:
    held = ", ".join(f"{name} {text}" for name, text in written.parameters)
    return f"{written.gate} requires: {written.required}" + (f" ({held})" if held else "")


def _run_gate(gate: Gate, written: GateDefinition, evidence: GateEvidence) -> GateResult:
    is_of_refit = isinstance(gate.gate if isinstance(gate, GateInForce) else gate, RefitGate)
    try:
        result = gate.check(evidence.deployed if is_of_refit else evidence)
    except NotIdentifiable as refusal:
        return replace(
            build_unknown_result(gate, join_sentences(refusal.what, refusal.why, refusal.mend)),
            required=written.required,
        )
    except Exception as failure:  # noqa: BLE001 - a gate that raises is not passed
        return replace(
            build_unknown_result(gate, f"it raised {type(failure).__name__}: {failure}"), required=written.required
        )
    if define_gate(gate).sha256 != written.sha256:
        return replace(
            build_unknown_result(gate, "its condition or a parameter changed while it ran"), required=written.required
        )
    return replace(_validate_result(gate, result), gate=written.gate, required=written.required)


def _validate_result(gate: Gate, result: GateResult) -> GateResult:
    figures = tuple(figure for figure in result.figures if is_finite(figure))
    if result.outcome != "failed-unknown" and (result.observed is None or not is_finite(result.observed)):
        return build_unknown_result(gate, join_sentences("it measured no finite number", result.why), figures=figures)
    observed = None if result.outcome == "failed-unknown" else result.observed
    return replace(result, observed=observed, figures=figures)
