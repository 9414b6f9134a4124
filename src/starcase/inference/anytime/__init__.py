"""Inference that stays valid however often one looks, and whenever one stops."""

from __future__ import annotations

from starcase.inference.anytime.alpha import AlphaLedger
from starcase.inference.anytime.bernstein import Bernstein
from starcase.inference.anytime.boundary import Boundary
from starcase.inference.anytime.bounded_mean import BoundedMean
from starcase.inference.anytime.count_guard import CountGuard
from starcase.inference.anytime.design import Design
from starcase.inference.anytime.difference_guard import DifferenceGuard, DifferenceState
from starcase.inference.anytime.first_of_unit import FirstOfUnit
from starcase.inference.anytime.labelled import LabelledEvents, LabelledState
from starcase.inference.anytime.look import look, look_at_counts, look_at_stages
from starcase.inference.anytime.mean_guard import MeanGuard
from starcase.inference.anytime.mixture import Mixture
from starcase.inference.anytime.onset import Onset
from starcase.inference.anytime.path import Path, path_of
from starcase.inference.anytime.question import Question
from starcase.inference.anytime.rate import RateGuard, RateState
from starcase.inference.anytime.rate_ratio import RateRatio
from starcase.inference.anytime.reading import Reading, verdict_of
from starcase.inference.anytime.sample_ratio import SampleRatio
from starcase.inference.anytime.slower import SlowerState, SlowerThanControl
from starcase.inference.anytime.standing import Seen, Standing, Together
from starcase.inference.anytime.stopped import given_stop, median_unbiased
from starcase.inference.anytime.wealth import Wealth, WealthState

__all__ = [
    "AlphaLedger",
    "Bernstein",
    "Boundary",
    "BoundedMean",
    "CountGuard",
    "Design",
    "DifferenceGuard",
    "DifferenceState",
    "FirstOfUnit",
    "LabelledEvents",
    "LabelledState",
    "MeanGuard",
    "Mixture",
    "Onset",
    "Path",
    "Question",
    "RateGuard",
    "RateRatio",
    "RateState",
    "Reading",
    "SampleRatio",
    "Seen",
    "SlowerState",
    "SlowerThanControl",
    "Standing",
    "Together",
    "Wealth",
    "WealthState",
    "given_stop",
    "look",
    "look_at_counts",
    "look_at_stages",
    "median_unbiased",
    "path_of",
    "verdict_of",
]
