"""Card fraud: transactions judged as they happen, outcomes known later, windows over a card's past in exact cents."""

from __future__ import annotations

from starcase.systems.fraud.system import FraudSystem

__all__ = ["FraudSystem"]
