"""For authors of plug-ins: a toy system with a known truth."""

from __future__ import annotations

from starcase.testing.toy import ToyCandidate, ToySystem, toy_case

__all__ = ["ToyCandidate", "ToySystem", "toy_case"]
