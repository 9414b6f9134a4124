"""Recommenders: the whole catalogue ranked for one user, from a request that carries the user's own past."""

from __future__ import annotations

from starcase.systems.recommend.system import RecommendSystem

__all__ = ["RecommendSystem"]
