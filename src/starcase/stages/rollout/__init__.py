"""Shadow, canary, promotion, rollback: a pure state machine, and the loop that drives it over the ledger."""

from __future__ import annotations

from starcase.stages.rollout.readings import Readings
from starcase.stages.rollout.rollout import Rollout
from starcase.stages.rollout.rollout_loop import RolloutLoop
from starcase.stages.rollout.state import State, apply_step, compute_state
from starcase.stages.rollout.state_machine import ExposureStep, RolloutObservation, RolloutStep, Rules, advance

__all__ = [
    "ExposureStep",
    "Readings",
    "Rollout",
    "RolloutLoop",
    "RolloutObservation",
    "RolloutStep",
    "Rules",
    "State",
    "advance",
    "apply_step",
    "compute_state",
]
