"""Champion and challenger on units of their own: planned before the first one, read as often as anyone likes."""

from __future__ import annotations

from starcase.experiment.assignment import Assignment, Assignments
from starcase.experiment.plan import draft, plan, planned_as
from starcase.experiment.reading import Experiment

__all__ = ["Assignment", "Assignments", "Experiment", "draft", "plan", "planned_as"]
