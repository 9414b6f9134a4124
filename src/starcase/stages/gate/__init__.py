"""The gates a candidate must pass before it is exposed to units, and the waiver for a failed gate."""

from __future__ import annotations

from starcase.stages.gate.clearance import clear, verify_clearance
from starcase.stages.gate.definition import GateInForce, define_gate
from starcase.stages.gate.gate_run import run
from starcase.stages.gate.required_gates import define_gates_in_force, gates_in_force
from starcase.stages.gate.shared import collect_shared_gates
from starcase.stages.gate.waiver import waive

__all__ = [
    "GateInForce",
    "clear",
    "collect_shared_gates",
    "define_gate",
    "define_gates_in_force",
    "gates_in_force",
    "run",
    "verify_clearance",
    "waive",
]
