"""Two arms compared at one look: means, ratios, proportions, rates and quantiles."""

from __future__ import annotations

from starcase.inference.arms.contrast import Contrast, contrast, difference, relative
from starcase.inference.arms.count import Count
from starcase.inference.arms.metric import Mean, Metric, Ratio, without_gaps
from starcase.inference.arms.proportions import proportions
from starcase.inference.arms.quantile import Quantile, quantiles
from starcase.inference.arms.rates import rates

__all__ = [
    "Contrast",
    "Count",
    "Mean",
    "Metric",
    "Quantile",
    "Ratio",
    "contrast",
    "difference",
    "proportions",
    "quantiles",
    "rates",
    "relative",
    "without_gaps",
]
