"""Many questions asked at once: metrics, segments, candidates."""

from __future__ import annotations

from starcase.inference.many.adjust import benjamini_hochberg, e_benjamini_hochberg, holm
from starcase.inference.many.best_of import BestOf, best_of
from starcase.inference.many.heterogeneity import heterogeneity
from starcase.inference.many.joint import against_control, simultaneous
from starcase.inference.many.segment import Segment, Segments, segments
from starcase.inference.many.step_down import step_down, step_down_intervals

__all__ = [
    "BestOf",
    "Segment",
    "Segments",
    "against_control",
    "benjamini_hochberg",
    "best_of",
    "e_benjamini_hochberg",
    "heterogeneity",
    "holm",
    "segments",
    "simultaneous",
    "step_down",
    "step_down_intervals",
]
