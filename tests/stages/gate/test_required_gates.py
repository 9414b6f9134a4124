from __future__ import annotations

import pytest
from tests.stages.gate.toys import Told

from starcase.contract.case_spec import Case, GateSpec, GuardrailSpec
from starcase.contract.system import Gate
from starcase.errors import CaseFileError
from starcase.stages.gate import gates_in_force
from starcase.testing.toy import ToySystem, toy_case


def test_case_toml_sets_thresholds() -> None:
    case = toy_case(gates=(GateSpec(name="budget", parameters={"p99_us": 77.0}),))
    assert "77 us" in next(g.required for g in gates_in_force(case, ToySystem()) if g.name == "budget")


def test_every_guardrail_is_a_gate() -> None:
    case = toy_case(guardrails=(GuardrailSpec(metric="squared_error", margin=0.125),))
    names = {g.name: g.required for g in gates_in_force(case, ToySystem())}
    assert "by 0.125 at most" in names["guardrail squared_error"]


def test_unknown_gates_and_parameters_are_answered_with_the_nearest_known() -> None:
    with pytest.raises(CaseFileError, match="'budget'"):
        gates_in_force(toy_case(gates=(GateSpec(name="bugdet"),)), ToySystem())
    with pytest.raises(CaseFileError, match="'p99_us'"):
        gates_in_force(toy_case(gates=(GateSpec(name="budget", parameters={"p99us": 1.0}),)), ToySystem())


def test_the_systems_own_gate_takes_the_place_of_a_shared_one() -> None:
    class Own(ToySystem):
        def gates(self, case: Case) -> tuple[Gate, ...]:
            return (Told(name="budget"),)

    found = [g for g in gates_in_force(toy_case(), Own()) if g.name == "budget"]
    assert [(g.origin, g.required) for g in found] == [("system", "told so")]


def test_a_system_without_interventions_has_no_gate_on_them() -> None:
    class Quiet(ToySystem):
        interventions = frozenset[str]()

    assert "interventions" not in {g.name for g in gates_in_force(toy_case(), Quiet())}
