"""The rate guard: bounded false alarms at every event, fast detection, and a resumable state."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.inference import RateGuard


@pytest.mark.simulation
@pytest.mark.parametrize("allowed", [0.004, 0.05])
def test_false_alarms_are_bounded_over_all_looks(allowed: float) -> None:
    runs, trials, alpha = 120, 2_000, 0.05
    rng = np.random.default_rng(8)
    alarms = sum(RateGuard(allowed, alpha).observe_many(rng.random(trials) < allowed) for _ in range(runs))
    assert alarms / runs <= alpha + 3 * (alpha * (1 - alpha) / runs) ** 0.5


@pytest.mark.simulation
@pytest.mark.parametrize(("before", "within"), [(0, 500), (5_000, 1_000)])
def test_tenfold_rate_is_detected_within_one_window(before: int, within: int) -> None:
    """Ten times the allowed rate: log(1/alpha), hypotheses and start cost 7.1, a trial is worth 0.056: 127 trials."""
    rng = np.random.default_rng(9)
    found = 0
    for _ in range(50):
        guard = RateGuard(0.004, 0.01)
        assert not guard.observe_many(rng.random(before) < 0.002)
        found += guard.observe_many(rng.random(within) < 0.04)
    assert found / 50 >= 0.94


@given(st.lists(st.booleans(), max_size=200), st.integers(0, 200), st.integers(1, 50))
def test_batching_and_restarts_do_not_change_the_state(events: list[bool], cut: int, restart: int) -> None:
    whole = RateGuard(0.1, 0.05, restart=restart)
    whole.observe_many(np.array(events, dtype=bool))
    first = RateGuard(0.1, 0.05, restart=restart)
    first.observe_many(np.array(events[:cut], dtype=bool))
    second = RateGuard(0.1, 0.05, restart=restart, state=first.state)
    second.observe_many(np.array(events[cut:], dtype=bool))
    assert second.state == whole.state
    assert (whole.trials, whole.events) == (len(events), sum(events))


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_expected_wealth_at_the_allowed_rate_is_at_most_one(events: list[bool]) -> None:
    """One step: the average over the next trial, at the allowed rate, is the present value."""
    guard = RateGuard(0.2, 0.05, restart=7)
    guard.observe_many(np.array(events, dtype=bool))
    after = []
    for event in (False, True):
        branch = RateGuard(0.2, 0.05, restart=7, state=guard.state)
        branch.observe(event=event)
        after.append(branch.wealth.now)
    assert 0.8 * after[0] + 0.2 * after[1] == pytest.approx(guard.wealth.now, rel=1e-9)


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="lies in"):
        RateGuard(0.0, 0.05)
    with pytest.raises(ValueError, match="lies in"):
        RateGuard(0.1, 1.0)
    with pytest.raises(ValueError, match="at least 1 trial"):
        RateGuard(0.1, 0.05, restart=0)
