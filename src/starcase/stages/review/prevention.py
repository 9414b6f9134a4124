"""Prevention: which gates would have stopped the exposure, which were waived, what each would have saved."""

from __future__ import annotations

from collections.abc import Sequence

from starcase.evidence import Entry, Figure, Ledger
from starcase.evidence.records import Cause, GateRecord, GateResult, Prevention, WaiverRecord
from starcase.stages.gate.gate_history import find_waivers
from starcase.stages.review.exposure import ReviewedExposure

Waived = dict[str, tuple[Entry, WaiverRecord]]


def find_exposure_waivers(ledger: Ledger, exposure: ReviewedExposure) -> Waived:
    """Find the waivers in force when the exposure began, by gate."""
    return find_waivers(ledger, exposure.challenger, exposure.model, exposure.since) if exposure.served else {}


def build_preventions(
    afterwards: Entry, record: GateRecord, passed_by: Waived, harm: Sequence[Figure]
) -> tuple[Prevention, ...]:
    """Build one row per gate run afterwards; a gate that fails would have prevented all of the harm."""
    return tuple(
        Prevention(
            gate=result.gate,
            stopped=result.outcome != "passed",
            waived=result.gate in passed_by,
            saved=tuple(harm) if result.outcome != "passed" else (),
            evidence=f"{afterwards.id}#results.{place}",
        )
        for place, result in enumerate(record.results)
    )


def find_waived_causes(afterwards: Entry, record: GateRecord, passed_by: Waived) -> tuple[Cause, ...]:
    """Describe the gates that failed and were waived."""
    results = {result.gate: result for result in record.results}
    return tuple(
        Cause(
            what=f"the gate {gate} had not been passed and was waived: {waiver.why}",
            figures=_collect_observed(results.get(gate)),
            evidence=(entry.id, afterwards.id),
        )
        for gate, (entry, waiver) in passed_by.items()
    )


def _collect_observed(result: GateResult | None) -> tuple[Figure, ...]:
    return (result.observed,) if result is not None and result.observed is not None else ()
