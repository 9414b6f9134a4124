"""The gates in force for a case: shared ones, the system's, the user's, and those of lessons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from starcase.contract.case_spec import Case, GateSpec
from starcase.contract.system import Gate, System
from starcase.errors import CaseFileError
from starcase.evidence import Entry, Ledger
from starcase.evidence.records import GateDefinition, LessonRecord
from starcase.extensions.user_code import load_own_gates, read_own_code
from starcase.stages.gate.definition import GateInForce, define_gate
from starcase.stages.gate.parameters import format_canonical
from starcase.stages.gate.shared import collect_shared_gates

Lessons = Sequence[tuple[Entry, LessonRecord]]


def gates_in_force(case: Case, system: System, lessons: Lessons = ()) -> tuple[GateInForce, ...]:
    """Return every gate a candidate of the case must pass, with its thresholds and its origin.

    A lesson sets its gate's parameters from then on, over those of case.toml; of several lessons about one gate the
    latest holds. A gate of the system takes the place of a shared one of the same name.

    Args:
        case: names gates and thresholds.
        system: brings gates of its own.
        lessons: ``ledger.of(LessonRecord)``.

    Raises:
        CaseFileError: the case names an unknown gate, or a parameter a gate lacks.
        PluginError: a gate of the user's own cannot be made.
    """
    learnt = {lesson.gate: (entry.id, dict(lesson.parameters)) for entry, lesson in lessons if lesson.gate}
    taught = _apply_lessons(case, {gate: parameters for gate, (_, parameters) in learnt.items()})
    thresholds = {spec.name: spec.parameters for spec in taught.gates}
    made: dict[str, tuple[Gate, str]] = {
        name: (make(thresholds.get(name, {})), "shared") for name, make in collect_shared_gates(taught, system).items()
    }
    made |= {gate.name: (gate, "system") for gate in system.gates(taught)}
    made |= {gate.name: (gate, "case") for gate in load_own_gates(taught)}
    _require_known(thresholds, made)
    own = {spec.name: _collect_sources(spec, Path(taught.folder)) for spec in taught.gates if spec.use}
    return tuple(
        GateInForce(gate, learnt[name][0] if name in learnt else origin, own.get(name, ()))
        for name, (gate, origin) in made.items()
    )


def define_gates_in_force(case: Case, system: System, ledger: Ledger) -> tuple[GateDefinition, ...]:
    """Return the definition of every gate in force: a run of gates must hold these for a clearance now.

    Raises:
        CaseFileError: the case names a gate that does not exist, or a parameter a gate lacks.
        PluginError: a gate of the user's own cannot be made, or holds what cannot be hashed.
    """
    return tuple(define_gate(gate) for gate in gates_in_force(case, system, ledger.of(LessonRecord)))


def _collect_sources(spec: GateSpec, folder: Path) -> tuple[tuple[str, str], ...]:
    """Return the sources of a user's gate: its code and its arguments in case.toml, which it may store privately."""
    given = tuple((f"case.toml {name}", format_canonical(value)) for name, value in sorted(spec.parameters.items()))
    return (*given, ("code", read_own_code(spec.use, folder).sha256))


def _apply_lessons(case: Case, learnt: dict[str, dict[str, float]]) -> Case:
    specs = {spec.name: spec for spec in case.gates}
    for name, parameters in learnt.items():
        spec = specs.get(name, GateSpec(name=name))
        specs[name] = replace(spec, parameters={**spec.parameters, **parameters})
    return replace(case, gates=tuple(specs.values()))


def _require_known(named: Iterable[str], made: dict[str, tuple[Gate, str]]) -> None:
    for name in named:
        if name not in made:
            near = get_close_matches(name, made, n=1)
            raise CaseFileError(
                f"there is no gate {name!r}" + (f"; the nearest known is {near[0]!r}" if near else ""),
                key=f"gates.{name}",
                mend=f"gates of this case: {', '.join(made)}",
            )
