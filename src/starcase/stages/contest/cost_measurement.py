"""Measure the costs of answers one request at a time, with candidates in turns."""

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
from starcase.inference import Resampling, compute_percentile_interval
from starcase.stages.contest.evaluation import FittedCandidate

WARM_UP = 30
FEWEST, MOST = 400, 4_000
PATIENCE_S = 6.0
LEVEL = 0.95
LOAD = "load a core"
DRAWS = 200


def measure_latencies(
    models: Mapping[str, FittedCandidate], requests: Sequence[Request], *, fewest: int = FEWEST, most: int = MOST
) -> dict[str, np.ndarray]:
    """Measure microseconds of single requests, equally many per candidate, in turns; the warm-up is dropped.

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


def measure_core_load() -> float:
    """Return the processes per core, mean of the last minute; 0 if the operating system does not report it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return os.getloadavg()[0] / cores if hasattr(os, "getloadavg") else 0.0


def collect_costs(
    models: Mapping[str, FittedCandidate], taken: Mapping[str, np.ndarray], *, seed: int
) -> tuple[CandidateCost, ...]:
    """Collect fit seconds and memory, p50 and p99 latency with intervals, artefact bytes and load per candidate.

    Args:
        models: as fitted.
        taken: microseconds of single requests, as ``measure_latencies`` gives them.
        seed: of the intervals.
    """
    load = _build_plain_figure(LOAD, measure_core_load(), "times")
    return tuple(
        CandidateCost(
            candidate=name,
            figures=(
                *(fit := collect_fit_costs(fitted))[:2],
                _estimate_quantile("p50 latency", taken[name], 0.5, seed),
                _estimate_quantile("p99 latency", taken[name], 0.99, seed),
                fit[2],
                load,
            ),
        )
        for name, fitted in models.items()
    )


def collect_fit_costs(fitted: FittedCandidate) -> tuple[Figure, Figure, Figure]:
    """Collect the seconds and peak memory of a fit and the size of its files."""
    return (
        _build_plain_figure("fit time", fitted.fit_seconds, "s"),
        _build_plain_figure("fit memory", fitted.fit_memory_mb, "MB"),
        _build_plain_figure("artefact size", sum(len(content) for content in fitted.files.values()) / 1e6, "MB"),
    )


def draw_quantiles(values: np.ndarray, q: float, seed: int) -> FloatArray:
    """Return (draws,) a quantile of resampled times; candidates measured in turns are resampled together by turn."""
    order = np.argsort(values, kind="stable")

    def compute_quantile(weights: FloatArray) -> FloatArray:
        reached = np.cumsum(weights[:, order], axis=1)
        return np.asarray(values[order][np.argmax(reached >= q * reached[:, -1:], axis=1)])

    return np.asarray(Resampling(np.arange(values.size), draws=DRAWS, seed=seed).replicates([compute_quantile])[0])


def describe_machine() -> str:
    """Describe the machine: costs from different machines are not compared."""
    blas = max((pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"), default=1)
    threads = f"{blas} BLAS thread{'s' * (blas > 1)}"
    python = platform.python_version()
    return f"{platform.machine()}, {os.cpu_count()} cores, {threads}, {platform.system()}, Python {python}"


def _build_plain_figure(name: str, value: float, unit: str) -> Figure:
    return Figure(name=name, value=value, unit=unit, clock=True)


def _estimate_quantile(name: str, values: np.ndarray, q: float, seed: int) -> Figure:
    draws = draw_quantiles(values, q, seed)
    effect = compute_percentile_interval(float(np.quantile(values, q)), draws, level=LEVEL, n=values.size)
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
