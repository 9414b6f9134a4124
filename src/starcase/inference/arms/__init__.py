"""Two arms compared at one look: means, ratios, proportions, rates and quantiles."""

from __future__ import annotations

from starcase.inference.arms.contrast import (
    Contrast,
    compute_contrast,
    estimate_difference,
    estimate_relative_difference,
)
from starcase.inference.arms.count import Count
from starcase.inference.arms.metric import DeltaMetric, Mean, Ratio, fill_gaps
from starcase.inference.arms.power import FixedTest, MeanNoise, ProportionNoise, compute_days_needed, estimate_noise
from starcase.inference.arms.proportions import compare_proportions
from starcase.inference.arms.quantile import Quantile, compare_quantiles
from starcase.inference.arms.rates import compare_rates
from starcase.inference.arms.strata import apply_post_stratification

__all__ = [
    "Contrast",
    "Count",
    "DeltaMetric",
    "FixedTest",
    "Mean",
    "MeanNoise",
    "ProportionNoise",
    "Quantile",
    "Ratio",
    "apply_post_stratification",
    "compare_proportions",
    "compare_quantiles",
    "compare_rates",
    "compute_contrast",
    "compute_days_needed",
    "estimate_difference",
    "estimate_noise",
    "estimate_relative_difference",
    "fill_gaps",
]
