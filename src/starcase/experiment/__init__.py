"""Champion and challenger on units of their own: planned before the first one, read as often as anyone likes."""

from __future__ import annotations

from starcase.experiment.plan import draft, plan
from starcase.experiment.reading import Experiment

__all__ = ["Experiment", "draft", "plan"]
