"""Pure statistics on arrays and mergeable sufficient statistics."""

from __future__ import annotations

from starcase.inference.anytime import (
    AlphaLedger,
    Boundary,
    Design,
    FirstOfUnit,
    LabelledEvents,
    LabelledState,
    Mixture,
    Onset,
    RateGuard,
    RateState,
    Reading,
    SampleRatio,
    SlowerState,
    SlowerThanControl,
    Wealth,
    WealthState,
    verdict_of,
)
from starcase.inference.bootstrap import FITTED_MODEL, Resampling, interval
from starcase.inference.effect import Effect
from starcase.inference.moments import Moments, by_arm
from starcase.inference.multiple import holm
from starcase.inference.proportion import wilson

__all__ = [
    "FITTED_MODEL",
    "AlphaLedger",
    "Boundary",
    "Design",
    "Effect",
    "FirstOfUnit",
    "LabelledEvents",
    "LabelledState",
    "Mixture",
    "Moments",
    "Onset",
    "RateGuard",
    "RateState",
    "Reading",
    "Resampling",
    "SampleRatio",
    "SlowerState",
    "SlowerThanControl",
    "Wealth",
    "WealthState",
    "by_arm",
    "holm",
    "interval",
    "verdict_of",
    "wilson",
]
