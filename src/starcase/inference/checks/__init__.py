"""Checks of an experiment's data that come before any result."""

from __future__ import annotations

from starcase.inference.checks.assignment_checks import adaptive, imbalance
from starcase.inference.checks.row_checks import crossover, immature, outcome_before_exposure, repeated_units
from starcase.inference.checks.sample_ratio import sample_ratio
from starcase.inference.checks.validity_finding import Finding

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
