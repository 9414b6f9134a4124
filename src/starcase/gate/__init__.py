"""What a candidate must pass before it meets real units, and the only way past it."""

from __future__ import annotations

from starcase.gate.clear import clear, verify_clearance
from starcase.gate.definition import InForce, definition
from starcase.gate.in_force import definitions_in_force, gates_in_force
from starcase.gate.run import run
from starcase.gate.shared import shared_gates
from starcase.gate.waiver import waive

__all__ = [
    "InForce",
    "clear",
    "definition",
    "definitions_in_force",
    "gates_in_force",
    "run",
    "shared_gates",
    "verify_clearance",
    "waive",
]
