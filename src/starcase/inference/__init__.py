"""Pure statistics on arrays and mergeable sufficient statistics."""

from __future__ import annotations

from starcase.inference.bootstrap import FITTED_MODEL, Resampling, interval
from starcase.inference.effect import Effect
from starcase.inference.moments import Moments, by_arm
from starcase.inference.multiple import holm
from starcase.inference.proportion import wilson
from starcase.inference.rate_guard import RateGuard, RateState

__all__ = [
    "FITTED_MODEL",
    "Effect",
    "Moments",
    "RateGuard",
    "RateState",
    "Resampling",
    "by_arm",
    "holm",
    "interval",
    "wilson",
]
