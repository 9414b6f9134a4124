"""All candidates on the same folds, metrics and costs; then a verdict, a choice, and the votes behind it."""

from __future__ import annotations

from starcase.contest.choice import choose
from starcase.contest.front import pareto
from starcase.contest.run import Contest, run
from starcase.contest.unfinished import Unfinished

__all__ = ["Contest", "Unfinished", "choose", "pareto", "run"]
