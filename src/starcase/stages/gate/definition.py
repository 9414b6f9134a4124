"""The definition of a gate before any result is seen, and its origin."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import msgspec

from starcase.contract.system import Gate, GateEvidence
from starcase.evidence.records import GateDefinition, GateResult
from starcase.stages.gate.parameters import Parameters, collect_parameters, find_class_name

GIVEN = "given"


@dataclass(frozen=True, slots=True)
class GateInForce:
    """A gate of the case, with its origin: ``"shared"``, ``"system"``, ``"case"``, or the id of a lesson.

    Args:
        gate: the gate.
        origin: where it came from.
        made_of: the sources of a user's gate other than its attributes: its arguments in case.toml.
    """

    gate: Gate
    origin: str
    made_of: Parameters = ()

    @property
    def name(self) -> str:
        """The gate's name."""
        return self.gate.name

    @property
    def required(self) -> str:
        """The gate's condition."""
        return self.gate.required

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """The gate's result."""
        return self.gate.check(evidence)


def define_gate(gate: Gate) -> GateDefinition:
    """Return the definition that is recorded and hashed before the gate runs: class, condition and every parameter.

    Raises:
        PluginError: a parameter of the gate has no canonical text.

    >>> from starcase.stages.gate.budget import Budget
    >>> define_gate(GateInForce(Budget(), "shared")).sha256 == define_gate(Budget()).sha256
    True
    >>> from starcase.stages.gate.stress import Stress
    >>> define_gate(Stress(level=0.9)).sha256 == define_gate(Stress()).sha256
    False
    """
    bare, origin, made_of = (
        (gate.gate, gate.origin, gate.made_of) if isinstance(gate, GateInForce) else (gate, GIVEN, ())
    )
    parameters = (*collect_parameters(bare), *made_of)
    content = (find_class_name(bare), bare.name, bare.required, parameters)
    return GateDefinition(
        gate=bare.name,
        required=bare.required,
        sha256=sha256(msgspec.msgpack.encode(content)).hexdigest(),
        origin=origin,
        parameters=parameters,
    )


def has_no_parameters(written: GateDefinition) -> bool:
    """Return whether a definition was hashed as in version 0.1, over its name and condition only."""
    return written.sha256 == sha256(msgspec.msgpack.encode((written.gate, written.required))).hexdigest()
