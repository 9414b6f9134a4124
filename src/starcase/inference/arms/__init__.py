"""Two arms compared at one look: means, ratios, proportions, rates and quantiles."""

from __future__ import annotations

from starcase.inference.arms.contrast import Contrast, contrast, difference, relative
from starcase.inference.arms.count import Count
from starcase.inference.arms.metric import Mean, Metric, Ratio, without_gaps
from starcase.inference.arms.power import FixedTest, MeanNoise, ProportionNoise, days_needed, noise_of
from starcase.inference.arms.proportions import proportions
from starcase.inference.arms.quantile import Quantile, quantiles
from starcase.inference.arms.rates import rates
from starcase.inference.arms.strata import post_stratified

__all__ = [
    "Contrast",
    "Count",
    "FixedTest",
    "Mean",
    "MeanNoise",
    "Metric",
    "ProportionNoise",
    "Quantile",
    "Ratio",
    "contrast",
    "days_needed",
    "difference",
    "noise_of",
    "post_stratified",
    "proportions",
    "quantiles",
    "rates",
    "relative",
    "without_gaps",
]
