"""How late a worker's event loop comes: what every request that arrives meanwhile waits for."""

from __future__ import annotations

import asyncio
import time
from collections import deque

EVERY, WINDOW = 0.05, 1_200
QUANTILES = (0.5, 0.99)
NAME = "starcase_loop_lag_seconds"


class LoopLag:
    """Quantiles over the last minute, and sum and count since the start: a summary as Prometheus has it.

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
        """The loop came so many seconds late."""
        self._last.append(seconds)
        self.total += seconds
        self.count += 1

    def compute_quantiles(self) -> dict[float, float]:
        """Seconds by quantile; empty before the first tick."""
        ordered = sorted(self._last)
        return {q: ordered[min(len(ordered) - 1, int(q * len(ordered)))] for q in QUANTILES if ordered}

    def collect_series(self, process: str) -> list[tuple[str, dict[str, str], float]]:
        """As (name, labels, value)."""
        mine = {"process": process}
        return [
            *((NAME, {"quantile": str(q), **mine}, seconds) for q, seconds in self.compute_quantiles().items()),
            (f"{NAME}_sum", mine, self.total),
            (f"{NAME}_count", mine, self.count),
        ]

    async def watch(self) -> None:
        """Tick, and see how late; until cancelled."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(EVERY)
            self.record_delay(max(0.0, time.perf_counter() - began - EVERY))
