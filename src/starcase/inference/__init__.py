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
from starcase.inference.arms import (
    Contrast,
    Count,
    Mean,
    Metric,
    Quantile,
    Ratio,
    contrast,
    difference,
    proportions,
    quantiles,
    rates,
    relative,
    without_gaps,
)
from starcase.inference.bootstrap import FITTED_MODEL, Resampling, interval
from starcase.inference.effect import Effect, EvidenceClass
from starcase.inference.moments import Moments, by_arm
from starcase.inference.multiple import holm
from starcase.inference.proportion import wilson
from starcase.inference.step_down import step_down
from starcase.inference.units import arm_of_unit, per_unit

__all__ = [
    "FITTED_MODEL",
    "AlphaLedger",
    "Boundary",
    "Contrast",
    "Count",
    "Design",
    "Effect",
    "EvidenceClass",
    "FirstOfUnit",
    "LabelledEvents",
    "LabelledState",
    "Mean",
    "Metric",
    "Mixture",
    "Moments",
    "Onset",
    "Quantile",
    "RateGuard",
    "RateState",
    "Ratio",
    "Reading",
    "Resampling",
    "SampleRatio",
    "SlowerState",
    "SlowerThanControl",
    "Wealth",
    "WealthState",
    "arm_of_unit",
    "by_arm",
    "contrast",
    "difference",
    "holm",
    "interval",
    "per_unit",
    "proportions",
    "quantiles",
    "rates",
    "relative",
    "step_down",
    "verdict_of",
    "wilson",
    "without_gaps",
]
