"""Latency guard: exact for any distribution, with ties and infinities, and detection within a few hundred requests."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starcase.errors import DataError
from starcase.inference import RankGuard

VALUES = st.one_of(st.integers(0, 3).map(float), st.floats(0, 1e12), st.just(math.inf))


@given(st.lists(st.tuples(VALUES, st.booleans()), max_size=120), VALUES, st.floats(0.01, 0.99))
def test_equal_latencies_keep_expected_wealth_at_one(
    requests: list[tuple[float, bool]], value: float, share: float
) -> None:
    guard = RankGuard(alpha=0.01)
    for latency, canary in requests:
        guard.observe(latency, canary=canary, share=0.3)
    after = []
    for canary in (True, False):
        branch = RankGuard(alpha=0.01, state=guard.state)
        branch.observe(value, canary=canary, share=share)
        after.append(branch.wealth.now)
    assert share * after[0] + (1 - share) * after[1] == pytest.approx(guard.wealth.now, rel=1e-9)


@settings(max_examples=25)
@given(st.lists(st.tuples(VALUES, st.booleans()), min_size=90, max_size=260), st.integers(0, 260))
def test_resumed_guard_continues_identically(requests: list[tuple[float, bool]], cut: int) -> None:
    whole = RankGuard(alpha=0.01, window=100)
    first = RankGuard(alpha=0.01, window=100)
    for latency, canary in requests:
        whole.observe(latency, canary=canary, share=0.3)
    for latency, canary in requests[:cut]:
        first.observe(latency, canary=canary, share=0.3)
    second = RankGuard(alpha=0.01, window=100, state=first.state)
    for latency, canary in requests[cut:]:
        second.observe(latency, canary=canary, share=0.3)
    assert second.state == whole.state


@pytest.mark.simulation
def test_common_slowdown_does_not_trip_the_guard() -> None:
    """Latency doubles and falls again in both arms, in few distinct values; 60 runs at 10 %: 10 % + 3 s.e. = 21.6 %."""
    rng = np.random.default_rng(6)
    day = 1 + np.sin(np.linspace(0, 6 * math.pi, 2_000)) ** 2
    alarms = 0
    for _ in range(60):
        guard = RankGuard(alpha=0.1, window=200)
        canary = rng.random(day.size) < 0.2
        latencies = np.round(day * rng.lognormal(size=day.size), 1)
        for value, on in zip(latencies.tolist(), canary.tolist(), strict=True):
            guard.observe(value, canary=on, share=0.2)
        alarms += guard.tripped
    assert alarms / 60 <= 0.1 + 3 * (0.1 * 0.9 / 60) ** 0.5


@pytest.mark.simulation
@pytest.mark.parametrize("fault", ["all", "tail"])
def test_slower_canary_is_detected(fault: str) -> None:
    """A fifth slower at sigma 1/2 is worth 0.033 nats a request at equal shares; 5 % timeouts are worth 0.05."""
    rng = np.random.default_rng(7)
    for _ in range(10):
        guard = RankGuard(alpha=0.01)
        for _ in range(1_200):
            canary = bool(rng.random() < 0.5)
            value = float(rng.lognormal(sigma=0.5))
            if canary and fault == "all":
                value *= 1.2
            if canary and fault == "tail" and rng.random() < 0.08:
                value = math.inf
            guard.observe(value, canary=canary, share=0.5)
        assert guard.tripped


def test_invalid_latency_is_refused() -> None:
    guard = RankGuard(alpha=0.01)
    with pytest.raises(DataError, match="NaN"):
        guard.observe(math.nan, canary=True, share=0.5)
    with pytest.raises(ValueError, match="share in"):
        guard.observe(1.0, canary=True, share=1.0)
    with pytest.raises(ValueError, match="99 %"):
        RankGuard(alpha=0.01, window=10)
    assert guard.state == RankGuard(alpha=0.01).state
