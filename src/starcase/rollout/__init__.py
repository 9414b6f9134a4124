"""Shadow, canary, promote, roll back: a pure state machine, and the loop that drives it over the ledger."""

from __future__ import annotations

from starcase.rollout.controller import Rollout
from starcase.rollout.machine import Rules, Rung, Sight, Step, advance
from starcase.rollout.pilot import Pilot
from starcase.rollout.readings import Readings
from starcase.rollout.state import State, after, state_of

__all__ = ["Pilot", "Readings", "Rollout", "Rules", "Rung", "Sight", "State", "Step", "advance", "after", "state_of"]
