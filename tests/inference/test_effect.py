"""Effects: their sentence, and evidence classes equal to those of the evidence package."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from starcase.evidence import figure
from starcase.inference import Effect, effect, holm

EFFECT = Effect(estimate=0.1, low=-0.05, high=0.2, level=0.95, p_value=0.1, n=9, method="m", question="q")


def test_evidence_classes_are_equal_in_inference_and_evidence() -> None:
    assert get_args(effect.EvidenceClass) == get_args(figure.EvidenceClass)


def test_effect_is_immutable() -> None:
    with pytest.raises(FrozenInstanceError):
        EFFECT.estimate = 1.0  # type: ignore[misc]
    assert EFFECT.with_evidence_class("experiment").evidence == "experiment"
    assert EFFECT.evidence == "offline"


@given(st.floats(allow_nan=False), st.floats(allow_nan=False), st.sampled_from(["absolute", "relative"]))
def test_sentence_claims_a_difference_exactly_if_the_interval_excludes_zero(
    first: float, second: float, scale: effect.Scale
) -> None:
    low, high = sorted((first, second))
    told = replace(EFFECT, low=low, high=high, scale=scale).sentence
    assert told.startswith("No difference shown") == (low <= 0 <= high)
    assert ("%, 95 %" in told.replace("95 % interval", "95 %")) == (scale == "relative")


@pytest.mark.simulation
@pytest.mark.parametrize("shared", [0.0, 0.9])
def test_holm_keeps_the_family_wise_error_rate(shared: float) -> None:
    rng = np.random.default_rng(1)
    runs, k, alpha = 4_000, 8, 0.05
    z = shared**0.5 * rng.normal(size=(runs, 1)) + (1 - shared) ** 0.5 * rng.normal(size=(runs, k))
    p = 2 * ndtr(-np.abs(z))
    any_alarm = np.mean([holm(row).min() < alpha for row in p])
    assert any_alarm <= alpha + 3 * (alpha * (1 - alpha) / runs) ** 0.5
    assert any_alarm > 0.005
