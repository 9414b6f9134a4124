"""Review after a rollback: what happened, why, what it cost, and which gate is in force from now on."""

from __future__ import annotations

from starcase.stages.review.exposure import ReviewedExposure, find_exposure
from starcase.stages.review.exposure_decisions import ExposureDecisions, collect_exposed_decisions
from starcase.stages.review.lesson import record_lesson
from starcase.stages.review.post_mortem import run

__all__ = [
    "ExposureDecisions",
    "ReviewedExposure",
    "collect_exposed_decisions",
    "find_exposure",
    "record_lesson",
    "run",
]
