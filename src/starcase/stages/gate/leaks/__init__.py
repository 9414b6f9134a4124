"""Searches for leaks from the test span into training, each on tables only, and the effect of each leak."""

from __future__ import annotations

from starcase.stages.gate.leaks.features import find_name_leaks, find_outcome_leaks
from starcase.stages.gate.leaks.future import find_aggregate_leaks, find_scale_leaks
from starcase.stages.gate.leaks.inflation import measure_inflation
from starcase.stages.gate.leaks.leak import Leak, Split
from starcase.stages.gate.leaks.rows import find_copied_rows, find_group_leaks, find_time_leaks

__all__ = [
    "Leak",
    "Split",
    "find_aggregate_leaks",
    "find_copied_rows",
    "find_group_leaks",
    "find_name_leaks",
    "find_outcome_leaks",
    "find_scale_leaks",
    "find_time_leaks",
    "measure_inflation",
]
