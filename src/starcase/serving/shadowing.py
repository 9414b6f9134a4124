"""The process of one shadow: it reads the log at its own pace, and whatever it does touches nobody."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import Protocol

from starcase.decide import Arm
from starcase.serving.counts import Counts
from starcase.serving.desk import Materials
from starcase.serving.settings import Settings
from starcase.serving.stopping import until_told

EVERY = 0.25
NICE = 19


class CatchesUp(Protocol):
    """Answers what the decision log holds and it has not seen yet."""

    def catch_up(self) -> object:
        """Answer everything new."""
        ...


def run(materials: Materials, settings: Settings, arm: Arm, shadow: CatchesUp) -> None:
    """Follow the log until told to stop.

    The process is niced, and its address space is bounded, so that one that leaks fails by itself. What it raises ends
    it; the supervisor starts it again, and gives it up when that happens again and again.
    """
    os.nice(NICE)
    ended = until_told()
    _bound(settings.shadow_memory)
    counts = Counts()
    while not ended.wait(EVERY):
        shadow.catch_up()
        _measure(materials, arm, counts)
        counts.leave(settings.counters / f"shadow-{arm.model[:12]}", 0)


def _measure(materials: Materials, arm: Arm, counts: Counts) -> None:
    through, last = materials.log.shadow_offset(arm.model), materials.log.last()
    counts.gauges["starcase_shadow_lag"] = last - through
    counts.gauges["starcase_shadow_offset"] = through


def _bound(more: int) -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + more, used + more))
