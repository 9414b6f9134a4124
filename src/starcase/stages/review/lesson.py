"""Lessons of a review: a gate that is in force from now on, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from starcase.contract.case_spec import Case
from starcase.contract.system import System
from starcase.errors import GateNotPassed
from starcase.evidence import Entry, Ledger
from starcase.evidence.records import LessonRecord
from starcase.stages.gate import gates_in_force


def record_lesson(
    ledger: Ledger, case: Case, system: System, review: Entry, lesson: str, *, who: str, at: int, gate: str = "",
    parameters: Mapping[str, float] | None = None, reason: str = "",
) -> Entry:  # fmt: skip
    """Record a lesson of a review; its gate is in force from then on and overrides thresholds of case.toml.

    A clearance that was made before the lesson is no longer valid: the gate has to be run with its new thresholds.

    Args:
        ledger: the case's ledger.
        case: the case.
        system: its system.
        review: the entry of the review it was learned in.
        lesson: what was learned, in words.
        who: the person who records it.
        at: moment of the lesson, microseconds UTC.
        gate: the gate that is in force from now on.
        parameters: its thresholds; the rest stay as they are.
        reason: why there is no gate, where there is none.

    Raises:
        GateNotPassed: neither a gate nor a reason is given, or both are, or no person is named.
        CaseFileError: there is no such gate, or it has no such parameter.
    """
    given = dict(parameters or {})
    _require_complete(lesson, who, gate, reason, given)
    record = LessonRecord(
        review=review.id, lesson=lesson.strip(), gate=gate, parameters=tuple(sorted(given.items())), reason=reason,
        who=who.strip(),
    )  # fmt: skip
    if gate:
        gates_in_force(case, system, [*ledger.of(LessonRecord), (review, record)])
    key = sha256(repr(record).encode()).hexdigest()[:16]
    return ledger.append(record, key=key, actor=who.strip(), at=at)


def _require_complete(lesson: str, who: str, gate: str, reason: str, parameters: Mapping[str, float]) -> None:
    if not lesson.strip() or not who.strip():
        raise GateNotPassed("a lesson needs a text and the name of a person", mend="give `--lesson` and `--who`")
    if bool(gate) == bool(reason.strip()):
        raise GateNotPassed(
            "a lesson needs either a gate or a reason for having none",
            why="both were given" if gate else "neither was given",
            mend="give `--gate NAME`, or `--no-gate --why TEXT`",
        )
    if parameters and not gate:
        raise GateNotPassed("thresholds need a gate", mend="name it with `--gate`")
