"""Guards that watch a serving model without waiting for outcomes; drift as its effect on the objective."""

from __future__ import annotations

from starcase.stages.monitor.alert_rate import AlertRate
from starcase.stages.monitor.alert_ratio import AlertRatio
from starcase.stages.monitor.drift import Window, measure_drift
from starcase.stages.monitor.error_rate import ErrorRate
from starcase.stages.monitor.guard import Guard, PairedGuard, feed_guards
from starcase.stages.monitor.guard_factory import build_guards, list_guard_names
from starcase.stages.monitor.health import measure_health
from starcase.stages.monitor.latency import Latency
from starcase.stages.monitor.score_shift import ScoreShift
from starcase.stages.monitor.slowness import Slowness

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
    "build_guards",
    "feed_guards",
    "list_guard_names",
    "measure_drift",
    "measure_health",
]
