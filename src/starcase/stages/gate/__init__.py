"""What a candidate must pass before it meets real units, and the only way past it."""

from __future__ import annotations

from starcase.stages.gate.clearance import clear, verify_clearance
from starcase.stages.gate.definition import InForce, definition
from starcase.stages.gate.gate_run import run
from starcase.stages.gate.required_gates import definitions_in_force, gates_in_force
from starcase.stages.gate.shared import shared_gates
from starcase.stages.gate.waiver import waive

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
