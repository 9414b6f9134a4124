"""Checks of an experiment's data that come before any result."""

from __future__ import annotations

from starcase.inference.checks.assigned import adaptive, imbalance
from starcase.inference.checks.counts import sample_ratio
from starcase.inference.checks.finding import Finding
from starcase.inference.checks.rows import crossover, immature, outcome_before_exposure, repeated_units

__all__ = [
    "Finding",
    "adaptive",
    "crossover",
    "imbalance",
    "immature",
    "outcome_before_exposure",
    "repeated_units",
    "sample_ratio",
]
