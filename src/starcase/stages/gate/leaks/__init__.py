"""Ways in which a test span leaks into training, each looked for in tables alone, and what each is worth."""

from __future__ import annotations

from starcase.stages.gate.leaks.features import name_leaks, outcome_leaks
from starcase.stages.gate.leaks.future import aggregate_leaks, scale_leaks
from starcase.stages.gate.leaks.inflation import inflation
from starcase.stages.gate.leaks.leak import Leak, Split
from starcase.stages.gate.leaks.rows import group_leaks, time_leaks, twin_leaks

__all__ = [
    "Leak",
    "Split",
    "aggregate_leaks",
    "group_leaks",
    "inflation",
    "name_leaks",
    "outcome_leaks",
    "scale_leaks",
    "time_leaks",
    "twin_leaks",
]
