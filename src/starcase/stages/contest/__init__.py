"""Compare all candidates on the same folds, metrics and costs; then record a verdict and a choice with votes."""

from __future__ import annotations

from starcase.stages.contest.checkpoint import ContestCheckpoint
from starcase.stages.contest.choice import choose
from starcase.stages.contest.contest_run import Contest, run
from starcase.stages.contest.pareto_front import find_pareto_front

__all__ = ["Contest", "ContestCheckpoint", "choose", "find_pareto_front", "run"]
