"""Experiments of champion and challenger: planned before the first unit, with readings at any time."""

from __future__ import annotations

from starcase.stages.experiment.experiment_plan import draft, find_plan, plan
from starcase.stages.experiment.reading import Experiment
from starcase.stages.experiment.segment_membership import SegmentMembership, SegmentMembershipStore

__all__ = ["Experiment", "SegmentMembership", "SegmentMembershipStore", "draft", "find_plan", "plan"]
