"""The budget for false alarms: never more than the total, never refilled by a restart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.inference import AlphaLedger


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(1e-6, 0.02)), max_size=20))
def test_what_is_spent_never_exceeds_the_total(wishes: list[tuple[str, float]]) -> None:
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
def test_a_split_spends_everything(weights: dict[str, float]) -> None:
    ledger = AlphaLedger.split(0.01, weights)
    assert ledger.left == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="there is to spend"):
        ledger.take("one more name", 0.001)


def test_a_part_is_bound_to_its_name() -> None:
    ledger, _ = AlphaLedger(0.01).take("errors", 0.004)
    with pytest.raises(ValueError, match="already"):
        ledger.take("errors", 0.002)
    with pytest.raises(ValueError, match="above 0"):
        ledger.take("latency", 0.0)
    with pytest.raises(ValueError, match="lies in"):
        AlphaLedger(1.0)
