"""Card fraud: real-time decisions on transactions, delayed labels, and window features in exact cents."""

from __future__ import annotations

from starcase.systems.fraud.system import FraudSystem

__all__ = ["FraudSystem"]
