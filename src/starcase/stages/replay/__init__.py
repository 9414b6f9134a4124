"""History served as live traffic, on a simulated clock, with outcomes after their delay."""

from __future__ import annotations

from starcase.stages.replay.carrier import Carrier, Pilot, Wholesale
from starcase.stages.replay.garbage_collection import rare_collections
from starcase.stages.replay.replay_run import Replayed, run

__all__ = ["Carrier", "Pilot", "Replayed", "Wholesale", "rare_collections", "run"]
