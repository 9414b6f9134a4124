"""Measure the seconds and peak memory of a piece of work."""

from __future__ import annotations

import ctypes
import gc
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

Result = TypeVar("Result")
RESET_PEAK, OWN_MEMORY = Path("/proc/self/clear_refs"), Path("/proc/self/status")
BYTES_PER_KB, MB = 1024, 1e6


@dataclass(frozen=True, slots=True)
class ResourceUsage(Generic[Result]):
    """The result of a piece of work, the seconds it took, and its memory at the peak above what was in use, MB."""

    result: Result
    seconds: float
    memory_mb: float


def measure_usage(work: Callable[[], Result]) -> ResourceUsage[Result]:
    """Run the work and measure its seconds and peak memory.

    Linux counts the peak anew for each piece of work. Elsewhere the peak of the process never falls, and what is given
    is by how much the work raised it.
    """
    gc.collect()
    before = _reset_peak()
    started = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - started
    return ResourceUsage(result, seconds, max(0.0, _read_peak() - before))


def _reset_peak() -> float:
    """Free unused memory, reset the peak counter and return the memory in use, MB."""
    if not RESET_PEAK.exists():
        return _read_peak()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    RESET_PEAK.write_text("5")
    return _read_status("VmRSS")


def _read_peak() -> float:
    if RESET_PEAK.exists():
        return _read_status("VmHWM")
    scale = 1 if sys.platform == "darwin" else BYTES_PER_KB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / MB


def _read_status(key: str) -> float:
    lines = OWN_MEMORY.read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(key)) * BYTES_PER_KB / MB


FITTED: set[str] = set()
