"""The alpha budget: never exceeded, never refilled by a restart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.inference import AlphaLedger, LabelledEvents, RankGuard


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(1e-6, 0.02)), max_size=20))
def test_allocated_alpha_never_exceeds_the_total(wishes: list[tuple[str, float]]) -> None:
    ledger = AlphaLedger(0.05)
    for name, alpha in wishes:
        try:
            ledger, part = ledger.take(name, alpha)
        except ValueError:
            continue
        assert part == alpha == ledger.parts[name]
        assert ledger.take(name, alpha)[0] is ledger
    assert sum(ledger.parts.values()) <= 0.05 * (1 + 1e-9)


@given(st.dictionaries(st.text(max_size=3), st.floats(0.01, 100), min_size=1, max_size=9))
def test_split_allocates_the_whole_budget(weights: dict[str, float]) -> None:
    ledger = AlphaLedger.split(0.01, weights)
    assert ledger.left == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="more than the budget"):
        ledger.take("one more name", 0.001)


@pytest.mark.simulation
def test_all_guardrails_of_a_healthy_rollout_together_stay_within_the_budget() -> None:
    """Four event rates and a latency, dependent through one common incident; 150 rollouts: 20 % + 3 s.e. = 29.8 %."""
    rng = np.random.default_rng(60)
    ledger = AlphaLedger.split(0.2, dict.fromkeys(["errors", "timeouts", "blocked", "complaints", "latency"], 1.0))
    share = np.repeat([0.05, 0.25, 0.5], 300)
    incident = np.where((np.arange(900) > 200) & (np.arange(900) < 400), 3.0, 1.0)
    rolled_back = 0
    for _ in range(150):
        canary = rng.random(900) < share
        events = {name: LabelledEvents(alpha=part) for name, part in ledger.parts.items() if name != "latency"}
        for guard in events.values():
            for at in np.flatnonzero(rng.random(900) < 0.02 * incident).tolist():
                guard.observe(canary=bool(canary[at]), share=float(share[at]))
        slower = RankGuard(alpha=ledger.parts["latency"])
        for value, on, at in zip(incident * rng.lognormal(size=900), canary, share, strict=True):
            slower.observe(float(value), canary=bool(on), share=float(at))
        rolled_back += slower.tripped or any(guard.tripped for guard in events.values())
    assert rolled_back / 150 <= 0.2 + 3 * (0.2 * 0.8 / 150) ** 0.5


def test_part_of_a_name_cannot_change() -> None:
    ledger, _ = AlphaLedger(0.01).take("errors", 0.004)
    with pytest.raises(ValueError, match="already"):
        ledger.take("errors", 0.002)
    with pytest.raises(ValueError, match="above 0"):
        ledger.take("latency", 0.0)
    with pytest.raises(ValueError, match="lies in"):
        AlphaLedger(1.0)
    for weights in ({}, {"errors": 0.0}, {"errors": -1.0, "latency": 2.0}, {"errors": float("inf")}):
        with pytest.raises(ValueError, match="positive weights"):
            AlphaLedger.split(0.01, weights)
