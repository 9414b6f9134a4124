"""Card fraud: labels that arrive late, alerts that cost patience, detectors that flood."""

from __future__ import annotations

from starcase.systems.fraud.system import FraudSystem

__all__ = ["FraudSystem"]
