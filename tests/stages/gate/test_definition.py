"""A gate's hash holds its class, its condition and every parameter."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pytest
from tests.stages.gate.toys import Told

from starcase.contract.case_spec import GateSpec
from starcase.contract.system import GateEvidence
from starcase.errors import PluginError
from starcase.evidence.records import GateResult
from starcase.stages.gate import define_gate, gates_in_force
from starcase.stages.gate.calibration import Calibration
from starcase.stages.gate.leakage import Leakage
from starcase.stages.gate.not_worse import NotWorse
from starcase.stages.gate.slices import Slices
from starcase.stages.gate.stress import Stress
from starcase.systems.fraud.gates import FalsePositives
from starcase.testing import ToySystem, toy_case

SHARED = (Calibration(), Stress(), Slices(metric="x"), Leakage(), NotWorse(name="n", metric="x"), FalsePositives())


class Plain:
    """A user's gate that is no dataclass."""

    name = "plain"
    required = "told so"

    def __init__(self, limit: object = 0.5, hidden: float = 0.0) -> None:
        self.limit = limit
        self._hidden = hidden

    def check(self, evidence: GateEvidence, /) -> GateResult:
        raise AssertionError


@pytest.mark.parametrize("gate", SHARED, ids=lambda gate: gate.name)
def test_every_field_is_in_the_hash(gate: Calibration) -> None:
    seen = {define_gate(gate).sha256}
    for field in fields(gate):
        value = getattr(gate, field.name)
        if field.init and field.name != "name":
            other: Any = f"{value}x" if isinstance(value, str) else value + 1
            seen.add(define_gate(replace(gate, **{field.name: other})).sha256)
    assert len(seen) == 1 + sum(field.init and field.name != "name" for field in fields(gate))


def test_two_classes_with_equal_name_and_condition_have_different_hashes() -> None:
    @dataclass(frozen=True)
    class Other:
        name: str = "plain"
        required: str = "told so"

        def check(self, evidence: GateEvidence, /) -> GateResult:
            raise AssertionError

    assert define_gate(Other()).sha256 != define_gate(replace_parameters(Plain(), {"required": "told so"})).sha256


def replace_parameters(gate: Plain, parameters: dict[str, object]) -> Plain:
    gate.parameters = parameters  # type: ignore[attr-defined]
    return gate


def test_a_gate_that_is_no_dataclass_is_hashed_with_public_attributes_or_parameters() -> None:
    assert define_gate(Plain(0.5)).parameters == (("limit", "0.5"),)
    assert define_gate(Plain(0.5)).sha256 != define_gate(Plain(0.6)).sha256
    assert define_gate(Plain([{1, 2}, None, True])).parameters == (("limit", "[{1, 2}, null, true]"),)
    assert define_gate(replace_parameters(Plain(), {"b": 1, "a": "x"})).parameters == (("a", '"x"'), ("b", "1"))
    assert define_gate(Told()).parameters == ()


def test_a_parameter_without_canonical_text_is_refused_with_the_mend() -> None:
    with pytest.raises(PluginError, match="'limit' of gate 'plain' cannot be hashed") as caught:
        define_gate(Plain(object()))
    assert "parameters = {" in caught.value.mend


OWN = """
from starcase.stages.gate.limit_check import build_unknown_result


class Mine:
    name = "mine"
    required = "whatever I say"

    def __init__(self, limit=0.5):
        self._limit = limit

    def check(self, evidence, /):
        return build_unknown_result(self, "nothing is known")
"""


def test_arguments_of_a_user_gate_are_in_the_hash_and_the_folder_is_not(
    tmp_path: Path,
) -> None:
    def made(folder: str, **parameters: float) -> str:
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "mine.py").write_text(OWN)
        spec = GateSpec(name="mine", use="mine.py:Mine", parameters=parameters)
        case = toy_case(gates=(spec,), folder=str(tmp_path / folder))
        return next(define_gate(gate).sha256 for gate in gates_in_force(case, ToySystem()) if gate.name == "mine")

    assert made("one", limit=0.5) == made("two", limit=0.5)
    assert made("one", limit=0.5) != made("one", limit=0.6)
