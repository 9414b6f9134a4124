"""Inference that stays valid however often one looks, and whenever one stops."""

from __future__ import annotations

from starcase.inference.anytime.alpha_ledger import AlphaLedger
from starcase.inference.anytime.bernstein import Bernstein
from starcase.inference.anytime.boundary import Boundary
from starcase.inference.anytime.bounded_mean import BoundedMean
from starcase.inference.anytime.comparison_plan import ComparisonPlan
from starcase.inference.anytime.count_guard import CountGuard
from starcase.inference.anytime.design import Design
from starcase.inference.anytime.difference_guard import DifferenceGuard, DifferenceState
from starcase.inference.anytime.estimate_path import EstimatePath, compute_path
from starcase.inference.anytime.interim_look import look_at_arms, look_at_counts, look_at_stages
from starcase.inference.anytime.labelled_events import FirstOfUnit, LabelledEvents, LabelledState
from starcase.inference.anytime.mean_guard import MeanGuard
from starcase.inference.anytime.mixture import Mixture
from starcase.inference.anytime.onset import Onset
from starcase.inference.anytime.rank_guard import RankGuard, RankGuardState
from starcase.inference.anytime.rate_guard import RateGuard, RateState
from starcase.inference.anytime.rate_ratio import RateRatio
from starcase.inference.anytime.reading import Reading, decide_verdict
from starcase.inference.anytime.sample_ratio import SampleRatio
from starcase.inference.anytime.sequential_interval import CombinedDesign, DifferenceEstimate, SequentialInterval
from starcase.inference.anytime.stopping_correction import estimate_given_stop, estimate_median_unbiased
from starcase.inference.anytime.wealth import Wealth, WealthState

__all__ = [
    "AlphaLedger",
    "Bernstein",
    "Boundary",
    "BoundedMean",
    "CombinedDesign",
    "ComparisonPlan",
    "CountGuard",
    "Design",
    "DifferenceEstimate",
    "DifferenceGuard",
    "DifferenceState",
    "EstimatePath",
    "FirstOfUnit",
    "LabelledEvents",
    "LabelledState",
    "MeanGuard",
    "Mixture",
    "Onset",
    "RankGuard",
    "RankGuardState",
    "RateGuard",
    "RateRatio",
    "RateState",
    "Reading",
    "SampleRatio",
    "SequentialInterval",
    "Wealth",
    "WealthState",
    "compute_path",
    "decide_verdict",
    "estimate_given_stop",
    "estimate_median_unbiased",
    "look_at_arms",
    "look_at_counts",
    "look_at_stages",
]
