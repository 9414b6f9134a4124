"""Guards that watch a serving model without waiting for outcomes; drift told as what it does to the objective."""

from __future__ import annotations

from starcase.monitor.alert_rate import AlertRate
from starcase.monitor.alert_ratio import AlertRatio
from starcase.monitor.drift import Window, drift
from starcase.monitor.error_rate import ErrorRate
from starcase.monitor.guard import Guard, PairedGuard, shown
from starcase.monitor.guards import guard_names, guards_for
from starcase.monitor.health import health
from starcase.monitor.latency import Latency
from starcase.monitor.score_shift import ScoreShift
from starcase.monitor.slowness import Slowness

__all__ = [
    "AlertRate",
    "AlertRatio",
    "ErrorRate",
    "Guard",
    "Latency",
    "PairedGuard",
    "ScoreShift",
    "Slowness",
    "Window",
    "drift",
    "guard_names",
    "guards_for",
    "health",
    "shown",
]
