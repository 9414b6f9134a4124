"""The gates that all systems share, by name, made from a case and its thresholds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, TypeVar, cast

from starcase.comparison.comparison_spec import select_offline_guardrails
from starcase.contract.case_spec import Case
from starcase.contract.system import Gate, System
from starcase.errors import CaseFileError
from starcase.stages.gate.agreement import OF_LISTS, Agreement
from starcase.stages.gate.budget import Budget
from starcase.stages.gate.calibration import Calibration
from starcase.stages.gate.freshness import Freshness
from starcase.stages.gate.interventions import Interventions
from starcase.stages.gate.leakage import Leakage
from starcase.stages.gate.not_worse import NotWorse
from starcase.stages.gate.one_by_one import OneByOne
from starcase.stages.gate.slices import Slices
from starcase.stages.gate.stress import Stress

Parameters = Mapping[str, float]
Made = TypeVar("Made")
FIXED = frozenset({"name", "metric"})


def collect_shared_gates(case: Case, system: System) -> dict[str, Callable[[Parameters], Gate]]:
    """Return a factory for each shared gate that applies to the system, in the order in which they run.

    A guardrail of the case is a gate called ``"guardrail <metric>"``.
    """
    level, draws = case.contest.level, max(100, case.contest.draws)

    def build_not_worse(name: str, metric: str, margin: float) -> Callable[[Parameters], Gate]:
        return lambda p: _build_gate(
            NotWorse, name, {"margin": margin, "level": level, "draws": draws, **p}, name=name, metric=metric
        )

    budgets = {key: getattr(case.budgets, key) for key in ("p99_us", "fit_memory_mb", "artefact_mb")}
    found: dict[str, Callable[[Parameters], Gate]] = {
        "budget": lambda p: _build_gate(Budget, "budget", {**budgets, **p}),
        "leakage": lambda p: _build_gate(Leakage, "leakage", p),
        "freshness": lambda p: _build_gate(Freshness, "freshness", p),
        "objective": build_not_worse("objective", case.objective.metric, case.objective.margin),
    }
    guardrails = select_offline_guardrails(case, system)
    for guardrail in guardrails:
        name = f"guardrail {guardrail.metric}"
        found[name] = build_not_worse(name, guardrail.metric, guardrail.margin)
    watched = guardrails[0] if guardrails else case.objective
    sliced = {"margin": watched.margin, "level": level, "draws": draws}
    found["slices"] = lambda p: _build_gate(Slices, "slices", {**sliced, **p}, metric=watched.metric)
    if system.outcome_kind == "binary":
        found["calibration"] = lambda p: _build_gate(Calibration, "calibration", {"level": level, "draws": draws, **p})
    found["stress"] = lambda p: _build_gate(Stress, "stress", {"level": level, **p})
    found["one_by_one"] = lambda p: _build_gate(OneByOne, "one_by_one", p)
    apart = {"allowed": OF_LISTS} if system.outcome_kind == "ranking" else {}
    found["agreement"] = lambda p: _build_gate(Agreement, "agreement", {**apart, **p})
    if system.interventions:
        found["interventions"] = lambda p: _build_gate(Interventions, "interventions", {"level": level, **p})
    return found


def _build_gate(gate: type[Made], named: str, parameters: Parameters, **fixed: str) -> Made:
    types = {field.name: field.type for field in fields(cast("Any", gate)) if field.name not in FIXED}
    for key in parameters:
        if key not in types:
            near = get_close_matches(key, types, n=1)
            raise CaseFileError(
                f"the gate {named!r} has no parameter {key!r}"
                + (f"; the nearest known is {near[0]!r}" if near else ""),
                key=f"gates.{named}.{key}",
                mend=f"it has: {', '.join(types)}",
            )
    values = {key: int(value) if types[key] == "int" else float(value) for key, value in parameters.items()}
    return gate(**values, **fixed)
