"""What an answer costs, measured as users meet it: one request at a time, candidates taking turns."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping, Sequence

import numpy as np
from threadpoolctl import threadpool_info

from starcase.contract.request import FloatArray, Request
from starcase.evidence.figure import Figure
from starcase.evidence.records import CandidateCost
from starcase.inference import Resampling, interval
from starcase.stages.contest.evaluation import Fitted

WARM_UP = 30
FEWEST, MOST = 400, 4_000
PATIENCE_S = 6.0
LEVEL = 0.95
LOAD = "load a core"
DRAWS = 200


def latencies(
    models: Mapping[str, Fitted], requests: Sequence[Request], *, fewest: int = FEWEST, most: int = MOST
) -> dict[str, np.ndarray]:
    """Microseconds of single requests, the same number a candidate; warm-up dropped, candidates take turns.

    Taking turns puts the same disturbance of the machine on every candidate. Quick models are asked ``most`` times, so
    that a few moments in which the machine did something else do not make their tail; slow ones at least ``fewest``.
    """
    taken: dict[str, list[float]] = {name: [] for name in models}
    began = time.perf_counter()
    for turn in range(WARM_UP + most):
        if turn >= WARM_UP + fewest and time.perf_counter() - began > PATIENCE_S:
            break
        request = (requests[turn % len(requests)],)
        for name, fitted in models.items():
            started = time.perf_counter_ns()
            fitted.model.decide(request)
            taken[name].append((time.perf_counter_ns() - started) / 1000)
    return {name: np.array(values[WARM_UP:]) for name, values in taken.items()}


def load_a_core() -> float:
    """How many processes a core had to share, the last minute's mean; 0 where the system does not say."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return os.getloadavg()[0] / cores if hasattr(os, "getloadavg") else 0.0


def costs(models: Mapping[str, Fitted], taken: Mapping[str, np.ndarray], *, seed: int) -> tuple[CandidateCost, ...]:
    """Fit seconds and memory, single-request p50 and p99 with intervals, artefact bytes, load; one entry a candidate.

    Args:
        models: as fitted.
        taken: microseconds of single requests, as ``latencies`` gives them.
        seed: of the intervals.
    """
    load = _plain(LOAD, load_a_core(), "times")
    return tuple(
        CandidateCost(
            candidate=name,
            figures=(
                *(fit := fit_costs(fitted))[:2],
                _quantile("p50 latency", taken[name], 0.5, seed),
                _quantile("p99 latency", taken[name], 0.99, seed),
                fit[2],
                load,
            ),
        )
        for name, fitted in models.items()
    )


def fit_costs(fitted: Fitted) -> tuple[Figure, Figure, Figure]:
    """Seconds and peak memory of a fit, and the size of what is kept of it."""
    return (
        _plain("fit time", fitted.fit_seconds, "s"),
        _plain("fit memory", fitted.fit_memory_mb, "MB"),
        _plain("artefact size", sum(len(content) for content in fitted.files.values()) / 1e6, "MB"),
    )


def quantile_draws(values: np.ndarray, q: float, seed: int) -> FloatArray:
    """(draws,) a quantile of resampled times; candidates that took turns are resampled alike, turn by turn."""
    order = np.argsort(values, kind="stable")

    def weighted(weights: FloatArray) -> FloatArray:
        reached = np.cumsum(weights[:, order], axis=1)
        return np.asarray(values[order][np.argmax(reached >= q * reached[:, -1:], axis=1)])

    return np.asarray(Resampling(np.arange(values.size), draws=DRAWS, seed=seed).replicates([weighted])[0])


def machine() -> str:
    """The machine in words: costs of two machines are not ranked against each other."""
    blas = max((pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"), default=1)
    threads = f"{blas} BLAS thread{'s' * (blas > 1)}"
    python = platform.python_version()
    return f"{platform.machine()}, {os.cpu_count()} cores, {threads}, {platform.system()}, Python {python}"


def _plain(name: str, value: float, unit: str) -> Figure:
    return Figure(name=name, value=value, unit=unit, clock=True)


def _quantile(name: str, values: np.ndarray, q: float, seed: int) -> Figure:
    draws = quantile_draws(values, q, seed)
    effect = interval(float(np.quantile(values, q)), draws, level=LEVEL, n=values.size)
    return Figure(
        name=name,
        value=effect.estimate,
        unit="us",
        low=effect.low,
        high=effect.high,
        level=LEVEL,
        n=values.size,
        clock=True,
    )
