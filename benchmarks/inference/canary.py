"""Canaries judged event by event: requests until the rollback over what information theory allows."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from benchmarks.inference.measure import Measure

from starcase.inference import LabelledEvents, RankGuard

ALPHA = 0.01
SHARE = 0.05
ONSET = 2_000
LONGEST = 40_000


@dataclass(frozen=True, slots=True)
class Fault:
    """The rate of an event on the control and on the canary."""

    name: str
    usual: float
    canary: float

    @property
    def bound(self) -> float:
        """Canary requests that any test of level alpha needs which learns the usual rate from the control alone."""
        events = SHARE * self.canary + (1 - SHARE) * self.usual
        on_canary = SHARE * self.canary / events
        nats = on_canary * log(on_canary / SHARE) + (1 - on_canary) * log((1 - on_canary) / (1 - SHARE))
        return log(1 / ALPHA) / (nats * events / SHARE)

    @property
    def known_bound(self) -> float:
        """The same for a test that is told the usual rate."""
        p, q = self.canary, self.usual
        return log(1 / ALPHA) / (p * log(p / q) + (1 - p) * log((1 - p) / (1 - q)))


FAULTS = (Fault("errors .1 to 1 %", 0.001, 0.01), Fault("false positives 1 to 2 %", 0.01, 0.02))


def delay(fault: Fault, onset: int, rng: np.random.Generator) -> float | None:
    """Canary requests from the onset of the fault to the rollback; None where the guard tripped before."""
    guard = LabelledEvents(alpha=ALPHA)
    requests = int((onset + LONGEST * fault.bound / 1_000) / SHARE)
    canary = rng.random(requests) < SHARE
    number = np.cumsum(canary)
    rate = np.where(canary & (number > onset), fault.canary, fault.usual)
    happened = np.flatnonzero(rng.random(requests) < rate)
    for at in happened.tolist():
        if guard.observe(canary=bool(canary[at]), share=SHARE):
            return float(number[at] - onset) if number[at] > onset else None
    return float(number[-1] - onset)


def delays(fault: Fault, onset: int, runs: int, seed: int) -> tuple[float, float]:
    """Mean delay, and the share of runs that were rolled back before the fault began."""
    rng = np.random.default_rng(seed)
    found = [delay(fault, onset, rng) for _ in range(runs)]
    late = [value for value in found if value is not None]
    return float(np.mean(late)), 1 - len(late) / runs


def canary(runs: int) -> list[Measure]:
    begun: dict[str, float] = {}
    midway: dict[str, float] = {}
    for seed, fault in enumerate(FAULTS):
        mean, _ = delays(fault, 0, runs, 20 + seed)
        begun[fault.name] = mean / fault.bound
        begun[f"{fault.name}: requests"] = mean
        begun[f"{fault.name}: over the bound of a known usual rate"] = mean / fault.known_bound
        mean, early = delays(fault, ONSET, runs, 30 + seed)
        midway[fault.name] = mean / fault.bound
        midway[f"{fault.name}: requests"] = mean
        midway[f"{fault.name}: rolled back before"] = early
    names = [fault.name for fault in FAULTS]
    bound = (
        f"{runs} runs, {SHARE:.0%} share, alpha {ALPHA:g}; bound ln(1/alpha)/KL of labels against a concurrent control"
    )
    return [
        Measure(
            name="canary_delay_over_bound",
            value=max(begun[name] for name in names),
            sense="<=",
            goal=1.55,
            what=f"fault from the start, {bound}; worst of two faults",
            parts=begun,
        ),
        Measure(
            name="canary_midway_over_bound",
            value=max(midway[name] for name in names),
            sense="<=",
            goal=2.4,
            what=f"fault after {ONSET} canary requests, {bound}; worst of two faults",
            parts=midway,
        ),
    ]


def latency_bound(share: float, sigma: float) -> float:
    """Canary requests that any test needs against a concurrent control, for log-normal latencies 20 % slower."""
    shift = log(1.2) / sigma
    z = np.random.default_rng(0).standard_normal(1_000_000)
    slow, usual = np.exp(shift * z + shift**2 / 2), np.exp(shift * z - shift**2 / 2)
    on_canary = np.mean(np.log(slow / (share * slow + 1 - share)))
    on_control = -np.mean(np.log(share * usual + 1 - share))
    return log(1 / ALPHA) / float(on_canary + (1 - share) / share * on_control)


def latency_delay(share: float, sigma: float, runs: int, seed: int) -> float:
    rng = np.random.default_rng(seed)
    total = 0
    for _ in range(runs):
        guard = RankGuard(alpha=ALPHA)
        while not guard.tripped:
            canary = bool(rng.random() < share)
            value = float(np.exp(sigma * rng.standard_normal())) * (1.2 if canary else 1.0)
            guard.observe(value, canary=canary, share=share)
            total += canary
    return total / runs


def latency(runs: int) -> Measure:
    parts = {
        f"sigma {sigma:g}, {share:.0%} share": latency_delay(share, sigma, runs, seed) / latency_bound(share, sigma)
        for seed, (share, sigma) in enumerate(((SHARE, 0.5), (SHARE, 1.0), (0.5, 0.5), (0.5, 1.0)), start=40)
    }
    small = {name: value for name, value in parts.items() if name.endswith(f"{SHARE:.0%} share")}
    return Measure(
        name="latency_delay_over_bound",
        value=max(small.values()),
        sense="<=",
        goal=1.5,
        what=f"{runs} runs, +20 %, log-normal, alpha {ALPHA:g}, concurrent control; worst of two at {SHARE:.0%} share",
        parts=parts,
    )
