"""Champion and challenger on units of their own: planned before the first one, read as often as anyone likes."""

from __future__ import annotations

from starcase.stages.experiment.experiment_plan import draft, find_plan, plan
from starcase.stages.experiment.reading import Experiment
from starcase.stages.experiment.segment_membership import SegmentMembership, SegmentMembershipStore

__all__ = ["Experiment", "SegmentMembership", "SegmentMembershipStore", "draft", "find_plan", "plan"]
