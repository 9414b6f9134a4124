"""The lag of a worker's event loop, which delays every request that arrives meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections import deque

EVERY, WINDOW = 0.05, 1_200
QUANTILES = (0.5, 0.99)
NAME = "starcase_loop_lag_seconds"


class LoopLag:
    """Quantiles over the last minute, sum and count since the start: a Prometheus summary.

    >>> lag = LoopLag()
    >>> for seconds in range(100):
    ...     lag.record_delay(seconds / 1000)
    >>> lag.compute_quantiles()
    {0.5: 0.05, 0.99: 0.099}
    """

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=WINDOW)
        self.total = 0.0
        self.count = 0

    def record_delay(self, seconds: float) -> None:
        """Record a delay of the loop in seconds."""
        self._last.append(seconds)
        self.total += seconds
        self.count += 1

    def compute_quantiles(self) -> dict[float, float]:
        """Compute the delay in seconds by quantile; empty before the first tick."""
        ordered = sorted(self._last)
        return {q: ordered[min(len(ordered) - 1, int(q * len(ordered)))] for q in QUANTILES if ordered}

    def collect_series(self, process: str) -> list[tuple[str, dict[str, str], float]]:
        """Return the series as (name, labels, value)."""
        mine = {"process": process}
        return [
            *((NAME, {"quantile": str(q), **mine}, seconds) for q, seconds in self.compute_quantiles().items()),
            (f"{NAME}_sum", mine, self.total),
            (f"{NAME}_count", mine, self.count),
        ]

    async def watch(self) -> None:
        """Tick and record the delay until cancelled."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(EVERY)
            self.record_delay(max(0.0, time.perf_counter() - began - EVERY))
