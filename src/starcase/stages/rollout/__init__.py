"""Shadow, canary, promote, roll back: a pure state machine, and the loop that drives it over the ledger."""

from __future__ import annotations

from starcase.stages.rollout.readings import Readings
from starcase.stages.rollout.rollout import Rollout
from starcase.stages.rollout.rollout_loop import Pilot
from starcase.stages.rollout.state import State, after, state_of
from starcase.stages.rollout.state_machine import Rules, Rung, Sight, Step, advance

__all__ = ["Pilot", "Readings", "Rollout", "Rules", "Rung", "Sight", "State", "Step", "advance", "after", "state_of"]
