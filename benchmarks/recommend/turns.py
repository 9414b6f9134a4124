"""Several ways to the same answer, asked in turns: what each one took, and how many times as long as another."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from starcase.inference import compute_percentile_interval
from starcase.stages.contest.cost_measurement import draw_quantiles

T = TypeVar("T")
LEVEL, SEED = 0.95, 7


class Turns:
    """Milliseconds of each call, as it was waited for and on the processor.

    Args:
        names: of the ways.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.wall: dict[str, list[float]] = {name: [] for name in names}
        self.cpu: dict[str, list[float]] = {name: [] for name in self.wall}

    def timed(self, name: str, call: Callable[[], T]) -> T:
        """What the call gives; its time is kept under ``name``."""
        begun, spent = time.perf_counter_ns(), time.thread_time_ns()
        found = call()
        used, waited = time.thread_time_ns() - spent, time.perf_counter_ns() - begun
        self.wall[name].append(waited / 1e6)
        self.cpu[name].append(used / 1e6)
        return found

    def medians(self, name: str) -> dict[str, float]:
        """p50 on the clock and on the processor."""
        return {"p50 ms": float(np.median(self.wall[name])),
                "p50 ms on the processor": float(np.median(self.cpu[name]))}  # fmt: skip


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval."""

    value: float
    low: float
    high: float
    n: int

    @property
    def parts(self) -> dict[str, float]:
        """The three figures under names."""
        return self.under("ratio")

    def under(self, name: str) -> dict[str, float]:
        """The three figures under ``name``."""
        return {name: self.value, f"{name} low": self.low, f"{name} high": self.high}


def quantile_with_interval(times: Iterable[float], q: float) -> Estimate:
    """A quantile of one way's calls."""
    values = np.fromiter(times, dtype=np.float64)
    effect = compute_percentile_interval(
        float(np.quantile(values, q)), draw_quantiles(values, q, SEED), level=LEVEL, n=values.size
    )
    return Estimate(effect.estimate, effect.low, effect.high, values.size)


def quantile_ratio(times: Iterable[float], against: Iterable[float], q: float) -> Estimate:
    """How many times as long ``q`` of one way's calls took as of the other's; calls of one turn are drawn together."""
    upper, lower = np.fromiter(times, dtype=np.float64), np.fromiter(against, dtype=np.float64)
    draws = draw_quantiles(upper, q, SEED) / draw_quantiles(lower, q, SEED)
    ratio = float(np.quantile(upper, q) / np.quantile(lower, q))
    effect = compute_percentile_interval(ratio, draws, level=LEVEL, n=upper.size)
    return Estimate(effect.estimate, effect.low, effect.high, upper.size)
