"""History served as live traffic, on a simulated clock, with outcomes after their delay."""

from __future__ import annotations

from starcase.replay.run import Pilot, Replayed, run

__all__ = ["Pilot", "Replayed", "run"]
