"""Wilson's interval: equal to an independent implementation, with refusal of invalid input."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from starcase.inference import wilson


@given(st.integers(1, 10_000), st.floats(0, 1), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_interval_agrees_with_scipy(n: int, share: float, level: float) -> None:
    k = round(share * n)
    theirs = binomtest(k, n).proportion_ci(level, method="wilson")
    ours = wilson(k, n, level)
    assert [ours.low, ours.high] == pytest.approx([theirs.low, theirs.high], abs=1e-12)


@pytest.mark.parametrize(("k", "n"), [(0, 0), (2, 1), (-1, 5), (float("nan"), 5)])
def test_invalid_share_is_refused(k: float, n: int) -> None:
    with pytest.raises(ValueError, match="not a share"):
        wilson(k, n, 0.95)
