"""The process of one shadow: it reads the log at its own pace and cannot affect what is served."""

from __future__ import annotations

import os
import resource
from pathlib import Path

from starcase.decide import Arm
from starcase.serving.http.metrics import ServingMetrics
from starcase.serving.process.control_plane import CaseResources
from starcase.serving.process.settings import Settings
from starcase.serving.process.shutdown import create_stop_event
from starcase.stages.shadow import Shadow

EVERY = 0.25
NICE = 19
AT_ONCE = 2_000


def run(materials: CaseResources, settings: Settings, arm: Arm, shadow: Shadow) -> None:
    """Follow the log until a stop signal.

    The process has the lowest priority and a bounded address space, so that a memory leak ends only this process. The
    supervisor restarts it, and quarantines it after repeated failures.
    """
    _lower_priority()
    ended = create_stop_event()
    _limit_memory(settings.shadow_memory)
    counts = ServingMetrics()
    began = shadow.offset
    while True:
        shadow.catch_up(AT_ONCE)
        _record_lag(materials, shadow, counts, began)
        counts.save_series(settings.counters / f"shadow-{arm.model[:12]}", arm.name)
        if ended.wait(0.0 if shadow.lag and not shadow.quarantined else EVERY):
            return


def _record_lag(materials: CaseResources, shadow: Shadow, counts: ServingMetrics, began: int) -> None:
    lag, asked = shadow.lag, materials.log.last() - began
    counts.gauges["starcase_shadow_lag"] = lag
    counts.gauges["starcase_shadow_coverage"] = 1 - lag / asked if asked else 1.0
    counts.gauges["starcase_shadow_quarantined"] = float(shadow.quarantined)


def _lower_priority() -> None:
    os.nice(NICE)
    if hasattr(os, "SCHED_IDLE"):  # Linux: a core on which only such a process runs counts as free to all others
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _limit_memory(more: int) -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + more, used + more))
