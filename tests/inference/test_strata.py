"""Strata and stages of a ramp: no bias from mixed shares, and the right standard error."""

from __future__ import annotations

import numpy as np
import pytest

from starcase.errors import DataError, NotIdentifiable
from starcase.inference import Mean, Moments, Ratio, apply_post_stratification, compute_arm_moments, estimate_difference


def stages(rng: np.random.Generator, effect: float = 0.2) -> dict[str, tuple[Moments, ...]]:
    """A ramp of 10, then 50 percent, while the level of the outcome drifts."""
    found = {}
    for name, share, level in (("one", 0.1, 0.0), ("two", 0.5, 5.0)):
        arm = (rng.random(600) < share).astype(int)
        y = level + effect * arm + rng.normal(size=600)
        found[name] = compute_arm_moments({"y": y, "z": 1 + (y > 2)}, arm, 2)
    return found


@pytest.mark.simulation
def test_ramp_under_drift_is_unbiased_and_the_interval_covers() -> None:
    rng = np.random.default_rng(1)
    runs, level, covered, tilted = 1_000, 0.9, 0, 0
    for _ in range(runs):
        ramp = stages(rng)
        effect = estimate_difference(Mean("y"), *apply_post_stratification(ramp), level=level)
        covered += effect.low <= 0.2 <= effect.high
        pooled = [ramp["one"][arm] + ramp["two"][arm] for arm in (0, 1)]
        raw = estimate_difference(Mean("y"), pooled[0], pooled[1], level=level)
        tilted += raw.low <= 0.2 <= raw.high
    assert abs(covered / runs - level) <= 3 * (level * (1 - level) / runs) ** 0.5 + 0.005
    assert tilted == 0


def test_weighted_difference_agrees_with_manual_calculation() -> None:
    ramp = stages(np.random.default_rng(2))
    parts = [estimate_difference(Mean("y"), *arms) for arms in ramp.values()]
    effect = estimate_difference(Mean("y"), *apply_post_stratification(ramp))
    assert effect.estimate == pytest.approx(np.mean([part.estimate for part in parts]))
    errors = [arms[0].variance("y") / arms[0].n + arms[1].variance("y") / arms[1].n for arms in ramp.values()]
    assert (effect.high - effect.low) / 2 == pytest.approx(1.96 * np.sqrt(sum(errors) / 4), rel=0.01)


def test_one_stratum_changes_nothing() -> None:
    arms = stages(np.random.default_rng(3))["two"]
    for metric in (Mean("y"), Mean("y", ("z",)), Ratio("y", "z")):
        plain, same = (
            estimate_difference(metric, *arms),
            estimate_difference(metric, *apply_post_stratification({"all": arms})),
        )
        assert same.p_value == pytest.approx(plain.p_value, rel=1e-9)


def test_too_small_stratum_is_named() -> None:
    ramp = stages(np.random.default_rng(4))
    ramp["tiny"] = compute_arm_moments({"y": [1.0, 2.0, 3.0], "z": [1, 1, 1]}, [0, 0, 1], 2)
    with pytest.raises(NotIdentifiable, match="stratum tiny, arm 1"):
        apply_post_stratification(ramp)
    for bad in ({}, {"a": ramp["one"], "b": ramp["one"][:1]}):
        with pytest.raises(DataError, match="same arms"):
            apply_post_stratification(bad)
