"""Replay: history served as live traffic on a simulated clock, with outcomes after their delay."""

from __future__ import annotations

from starcase.stages.replay.carrier import BatchCarrier, Carrier, PlanController
from starcase.stages.replay.garbage_collection import limit_garbage_collection
from starcase.stages.replay.replay_run import ReplayResult, run

__all__ = ["BatchCarrier", "Carrier", "PlanController", "ReplayResult", "limit_garbage_collection", "run"]
