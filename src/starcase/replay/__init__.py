"""History served as live traffic, on a simulated clock, with outcomes after their delay."""

from __future__ import annotations

from starcase.replay.carrier import Carrier, Pilot, Wholesale
from starcase.replay.garbage import rare_collections
from starcase.replay.run import Replayed, run

__all__ = ["Carrier", "Pilot", "Replayed", "Wholesale", "rare_collections", "run"]
