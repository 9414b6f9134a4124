"""Champion and challenger on units of their own: planned before the first one, read as often as anyone likes."""

from __future__ import annotations

from starcase.stages.experiment.experiment_plan import draft, plan, planned_as
from starcase.stages.experiment.reading import Experiment
from starcase.stages.experiment.segment_membership import Assignment, Assignments

__all__ = ["Assignment", "Assignments", "Experiment", "draft", "plan", "planned_as"]
