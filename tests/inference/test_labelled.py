"""Events of two arms: exact under incidents and ramps, fast detection of harm, and non-inferiority."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.inference import FirstOfUnit, LabelledEvents, LabelledState
from starcase.inference.anytime.labelled_events import Side

SHARES = st.floats(0.01, 0.99)


@given(
    st.lists(st.tuples(st.booleans(), SHARES), max_size=40),
    SHARES,
    st.floats(0.5, 2.0),
    st.sampled_from(["above", "below"]),
)
def test_rate_ratio_at_the_margin_keeps_expected_wealth_at_one(
    events: list[tuple[bool, float]], share: float, margin: float, side: Side
) -> None:
    """At a ratio of rates that equals the margin, wealth neither rises nor falls on average, whatever the share."""
    guard = LabelledEvents(alpha=0.01, margin=margin, side=side)
    for canary, at in events:
        guard.observe(canary=canary, share=at)
    fallen = margin * share / (margin * share + 1 - share)
    after = []
    for canary in (True, False):
        branch = LabelledEvents(alpha=0.01, margin=margin, side=side, state=guard.state)
        branch.observe(canary=canary, share=share)
        after.append(branch.wealth.now)
    assert fallen * after[0] + (1 - fallen) * after[1] == pytest.approx(guard.wealth.now, rel=1e-9)


@given(st.lists(st.tuples(st.booleans(), SHARES), max_size=60), st.integers(0, 60))
def test_resumed_guard_continues_identically(events: list[tuple[bool, float]], cut: int) -> None:
    def watched(some: list[tuple[bool, float]], state: LabelledState | None = None) -> LabelledState:
        guard = LabelledEvents(alpha=0.01, state=state)
        for canary, share in some:
            guard.observe(canary=canary, share=share)
        return guard.state

    assert watched(events[cut:], watched(events[:cut])) == watched(events)


@pytest.mark.simulation
def test_ramps_and_common_incidents_do_not_trip_the_guard() -> None:
    """Rates triple in both arms while the share goes from 1 to 50 %; alpha 5 %, 400 runs: 5 % + 3 s.e. = 8.3 %."""
    rng = np.random.default_rng(4)
    shares = np.repeat([0.01, 0.05, 0.25, 0.5], 6_000)
    rates = np.where(np.arange(shares.size) % 6_000 < 1_500, 0.015, 0.005)
    alarms = 0
    for _ in range(400):
        happened = np.flatnonzero(rng.random(shares.size) < rates)
        guard = LabelledEvents(alpha=0.05)
        for share in shares[happened].tolist():
            guard.observe(canary=bool(rng.random() < share), share=share)
        alarms += guard.tripped
    assert alarms / 400 <= 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5


@pytest.mark.simulation
def test_doubled_rate_is_detected_and_half_the_rate_shows_non_inferiority() -> None:
    """At a share of 1/2 an event is worth 0.057 nats at ratio 2: 400 events are 23, log(1/alpha) and all costs 8."""
    rng = np.random.default_rng(5)
    for ratio, side in ((2.0, "above"), (0.5, "below")):
        found = 0
        for _ in range(60):
            guard = LabelledEvents(alpha=0.01, side=side)  # type: ignore[arg-type]
            for canary in (rng.random(400) < ratio / (1 + ratio)).tolist():
                guard.observe(canary=canary, share=0.5)
            found += guard.tripped
        assert found >= 57, side


def test_burst_of_one_unit_counts_as_one_event() -> None:
    first = FirstOfUnit({"old"})
    assert [first(unit) for unit in ("old", "new", "new")] == [False, True, False]
    assert first.seen == {"old", "new"}


@pytest.mark.parametrize("share", [0.0, 1.0, float("nan"), -0.1])
def test_share_outside_zero_and_one_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share in"):
        LabelledEvents(alpha=0.01).observe(canary=True, share=share)


@pytest.mark.parametrize("settings", [{"margin": 0.0}, {"margin": float("nan")}, {"ratios": ()}, {"ratios": (1.0,)}])
def test_impossible_settings_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="not"):
        LabelledEvents(alpha=0.01, **settings)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="alpha"):
        LabelledEvents(alpha=0.0)
