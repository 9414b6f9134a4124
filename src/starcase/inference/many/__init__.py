"""Many questions asked at once: metrics, segments, candidates."""

from __future__ import annotations

from starcase.inference.many.adjust import benjamini_hochberg, e_benjamini_hochberg, holm
from starcase.inference.many.best_of import BestOf, estimate_best
from starcase.inference.many.heterogeneity import compute_heterogeneity
from starcase.inference.many.joint import compare_jointly, compare_to_control
from starcase.inference.many.segment import Segment, Segments, estimate_segments
from starcase.inference.many.step_down import compute_step_down_intervals, step_down

__all__ = [
    "BestOf",
    "Segment",
    "Segments",
    "benjamini_hochberg",
    "compare_jointly",
    "compare_to_control",
    "compute_heterogeneity",
    "compute_step_down_intervals",
    "e_benjamini_hochberg",
    "estimate_best",
    "estimate_segments",
    "holm",
    "step_down",
]
