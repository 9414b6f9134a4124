"""Guards that watch a serving model without waiting for outcomes."""

from __future__ import annotations

from starcase.monitor.alert_rate import AlertRate

__all__ = ["AlertRate"]
