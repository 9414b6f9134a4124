"""Healthy rollouts with everything that fools a judge: ramps, a common incident, bursts of errors, a daily cycle."""

from __future__ import annotations

from math import pi

import numpy as np
import numpy.typing as npt
from benchmarks.inference.measure import Measure

from starcase.inference import AlphaLedger, FirstOfUnit, LabelledEvents, RankGuard

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
REQUESTS = 24_000
STEPS = (0.01, 0.05, 0.25, 0.5)
BURST = 5
WEIGHTS = {"errors": 1.0, "timeouts": 1.0, "blocked": 1.0, "complaints": 1.0, "latency": 1.0}
RATES = {"errors": 0.005, "timeouts": 0.002, "blocked": 0.02, "complaints": 0.001}
INCIDENT = slice(9_000, 12_000)
TIMES = 3.0


def rolled_back(rng: np.random.Generator) -> str:
    """The guard that trips in one healthy rollout; empty where none does."""
    share = np.repeat(STEPS, REQUESTS // len(STEPS))
    units = rng.integers(0, REQUESTS // 2, REQUESTS)
    canary = rng.random(REQUESTS // 2)[units] < share
    ledger = AlphaLedger.split(0.01, WEIGHTS)
    for name, rate in RATES.items():
        if judged(events(rate, units, rng), units, canary, share, ledger.parts[name]):
            return name
    return "latency" if slow(latencies(units, rng), units, canary, share, ledger.parts["latency"]) else ""


def events(rate: float, units: IntArray, rng: np.random.Generator) -> IntArray:
    """Requests that go wrong: three times as many in the incident, and then the unit's next requests as well."""
    often = np.full(REQUESTS, rate)
    often[INCIDENT] *= TIMES
    begun = np.flatnonzero(rng.random(REQUESTS) < often)
    order = np.argsort(units, kind="stable")
    place = np.empty(REQUESTS, dtype=np.int64)
    place[order] = np.arange(REQUESTS)
    following = np.minimum(place[begun, None] + np.arange(BURST), REQUESTS - 1)
    hit = order[following]
    return np.unique(hit[units[hit] == units[begun, None]])


def judged(happened: IntArray, units: IntArray, canary: BoolArray, share: FloatArray, alpha: float) -> bool:
    guard, first = LabelledEvents(alpha=alpha), FirstOfUnit()
    for at in happened.tolist():
        if first(str(units[at])):
            guard.observe(canary=bool(canary[at]), share=float(share[at]))
    return guard.tripped


def slow(values: FloatArray, units: IntArray, canary: BoolArray, share: FloatArray, alpha: float) -> bool:
    """The first request of each unit is judged: a slow client is slow every time."""
    guard = RankGuard(alpha=alpha)
    first = np.sort(np.unique(units, return_index=True)[1])
    for value, on, at in zip(values[first].tolist(), canary[first].tolist(), share[first].tolist(), strict=True):
        guard.observe(value, canary=on, share=at)
    return guard.tripped


def latencies(units: IntArray, rng: np.random.Generator) -> FloatArray:
    """Milliseconds: a daily cycle of 50 %, three times as slow in the incident, some clients slower than others."""
    day = 1 + 0.25 * np.sin(np.linspace(0, 4 * pi, REQUESTS))
    day[INCIDENT] *= TIMES
    client = rng.lognormal(0.0, 0.5, REQUESTS // 2)
    return day * client[units] * rng.lognormal(3.0, 0.5, REQUESTS)


def canary_false_rollbacks(runs: int) -> Measure:
    rng = np.random.default_rng(50)
    tripped = [name for name in (rolled_back(rng) for _ in range(runs)) if name]
    return Measure(
        name="canary_false_rollbacks",
        value=len(tripped),
        sense="<=",
        goal=8,
        what=(
            f"of {runs} healthy rollouts over 1-5-25-50 %, {REQUESTS} requests of sticky units, incident x{TIMES:g} in "
            f"both arms, bursts of {BURST}; {len(WEIGHTS)} guards share alpha .01"
        ),
        parts={name: float(tripped.count(name)) for name in WEIGHTS},
    )
