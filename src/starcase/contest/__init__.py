"""All candidates on the same folds, metrics and costs; then a verdict, a choice, and the votes behind it."""

from __future__ import annotations

from starcase.contest.choice import choose
from starcase.contest.front import pareto
from starcase.contest.run import Contest, run

__all__ = ["Contest", "choose", "pareto", "run"]
