"""Champion and challenger on units of their own: planned before the first one, read as often as anyone likes."""

from __future__ import annotations

from starcase.experiment.plan import plan
from starcase.experiment.reading import Experiment

__all__ = ["Experiment", "plan"]
