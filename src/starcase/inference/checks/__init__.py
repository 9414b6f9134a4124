"""Checks of an experiment's data that come before any result."""

from __future__ import annotations

from starcase.inference.checks.assignment_checks import check_adaptive_assignment, check_balance
from starcase.inference.checks.row_checks import (
    check_crossover,
    check_maturity,
    check_outcome_order,
    check_repeated_units,
)
from starcase.inference.checks.sample_ratio import check_sample_ratio
from starcase.inference.checks.validity_finding import ValidityFinding

__all__ = [
    "ValidityFinding",
    "check_adaptive_assignment",
    "check_balance",
    "check_crossover",
    "check_maturity",
    "check_outcome_order",
    "check_repeated_units",
    "check_sample_ratio",
]
