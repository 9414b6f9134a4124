"""Recommenders: rank the whole catalogue for one user, from a request that carries the user's history."""

from __future__ import annotations

from starcase.systems.recommend.history import History, history_of
from starcase.systems.recommend.system import RecommendSystem
from starcase.systems.recommend.training import TrainingSet

__all__ = ["History", "RecommendSystem", "TrainingSet", "history_of"]
