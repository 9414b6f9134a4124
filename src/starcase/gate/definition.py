"""A gate as it stands before any result is seen, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import msgspec

from starcase.case.system import Gate, GateEvidence
from starcase.evidence.records import GateDefinition, GateResult


@dataclass(frozen=True, slots=True)
class InForce:
    """A gate of the case, with its origin: ``"shared"``, ``"system"``, ``"case"``, or the id of a lesson."""

    gate: Gate
    origin: str

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


def definition(gate: Gate) -> GateDefinition:
    """What is written down, and hashed, before the gate runs.

    >>> from starcase.gate.budget import Budget
    >>> definition(InForce(Budget(), "shared")).sha256 == definition(Budget()).sha256
    True
    """
    return GateDefinition(
        gate=gate.name,
        required=gate.required,
        sha256=sha256(msgspec.msgpack.encode((gate.name, gate.required))).hexdigest(),
        origin=gate.origin if isinstance(gate, InForce) else "given",
    )
