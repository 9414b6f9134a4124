"""Off-policy estimates cover the truth, and a log that cannot answer is refused with the reason."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from starcase.errors import DataError, NotIdentifiable
from starcase.inference import OffPolicy, OverlapLimits, PolicyLog, doubly_robust, ips, snips, switch

FloatArray = npt.NDArray[np.float64]
ACTIONS = 4
Estimator = Callable[[PolicyLog, FloatArray, FloatArray], OffPolicy]
ESTIMATORS: dict[str, Estimator] = {
    "ips": lambda log, _q, _v: ips(log, level=0.9),
    "snips": lambda log, _q, _v: snips(log, level=0.9),
    "doubly robust": lambda log, q, v: doubly_robust(log, expected=q, expected_target=v, level=0.9),
    "switch": lambda log, q, v: switch(log, expected=q, expected_target=v, most=3.0, level=0.9),
}


def world(rng: np.random.Generator, units: int, each: int = 1) -> tuple[PolicyLog, FloatArray, FloatArray, float]:
    """Decisions of a skewed policy, a target that prefers the last action, and the truth by construction."""
    n = units * each
    logging, target = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.1, 0.2, 0.3, 0.4])
    action = rng.choice(ACTIONS, size=n, p=logging)
    mood = np.repeat(rng.normal(size=units), each)
    reward = 0.5 * action + mood + rng.normal(size=n)
    log = PolicyLog.from_arrays(
        reward=reward, logged=logging[action], target=target[action], units=np.repeat(np.arange(units), each)
    )
    best = 0.5 * np.arange(ACTIONS, dtype=np.float64)
    truth = float(target @ best)
    return log, best[action], np.full(n, truth), truth


@pytest.mark.simulation
@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("each", [1, 5])
def test_the_intervals_cover(name: str, each: int) -> None:
    rng = np.random.default_rng(1)
    runs, level = 500, 0.9
    value = gain = 0
    for _ in range(runs):
        log, q, v, truth = world(rng, 400, each)
        found = ESTIMATORS[name](log, q, v)
        value += found.value.low <= truth <= found.value.high
        gain += found.gain.low <= truth - 0.5 <= found.gain.high
    tolerance = 3 * (level * (1 - level) / runs) ** 0.5 + 0.01  # skewed weights cost a point at 400 units
    assert abs(value / runs - level) <= tolerance
    assert abs(gain / runs - level) <= tolerance


def test_reward_model_narrows_the_interval_and_a_wrong_model_adds_no_bias() -> None:
    log, q, v, truth = world(np.random.default_rng(2), 20_000)
    widths = [
        found.value.high - found.value.low for found in (ips(log), doubly_robust(log, expected=q, expected_target=v))
    ]
    assert widths[1] < widths[0]
    wrong = doubly_robust(log, expected=np.full_like(q, 7.0), expected_target=np.full_like(v, 7.0)).value
    assert wrong.low <= truth <= wrong.high


def test_gain_of_the_logged_policy_over_itself_is_zero() -> None:
    log, *_ = world(np.random.default_rng(3), 500)
    same = ips(PolicyLog.from_arrays(reward=log.reward, logged=log.logged, target=log.logged))
    assert (same.gain.estimate, same.gain.p_value, same.effective) == (0.0, 1.0, 500.0)
    assert same.gain.evidence == "off-policy"
    assert "worth 500 decisions" in same.sentence


def test_snips_is_invariant_to_a_shift_of_the_reward() -> None:
    log, *_ = world(np.random.default_rng(4), 2_000)
    moved = PolicyLog.from_arrays(reward=log.reward + 1e6, logged=log.logged, target=log.target)
    assert snips(moved).value.estimate - 1e6 == pytest.approx(snips(log).value.estimate, abs=1e-6)
    assert snips(moved).gain.high - snips(moved).gain.low == pytest.approx(
        snips(PolicyLog.from_arrays(reward=log.reward, logged=log.logged, target=log.target)).gain.high
        - snips(PolicyLog.from_arrays(reward=log.reward, logged=log.logged, target=log.target)).gain.low,
        rel=1e-6,
    )


def test_log_without_overlap_is_refused() -> None:
    rng = np.random.default_rng(5)
    n = 5_000
    rare = rng.random(n) < 0.01
    with pytest.raises(NotIdentifiable, match="decisions are worth"):
        ips(PolicyLog.from_arrays(reward=rng.normal(size=n), logged=np.where(rare, 0.01, 0.99), target=rare))
    one = np.full(n, 0.5)
    one[7] = 1e-5
    with pytest.raises(NotIdentifiable, match=r"one decision has .* of all weight\n  where: row 7"):
        ips(PolicyLog.from_arrays(reward=np.ones(n), logged=one, target=0.5 * (one < 0.1) + 0.5 * (one > 0.1)),
            refusal=OverlapLimits(effective=0.5))  # fmt: skip
    log, *_ = world(rng, n)
    with pytest.raises(NotIdentifiable, match="and not 1"):
        snips(PolicyLog.from_arrays(reward=log.reward, logged=np.full(n, 0.25), target=log.target))
    with pytest.raises(NotIdentifiable, match=r"worth 0\.0"):
        snips(PolicyLog.from_arrays(reward=np.ones(n), logged=np.ones(n), target=np.zeros(n)))


@pytest.mark.parametrize(
    ("column", "value"),
    [("logged", 0.0), ("logged", -0.1), ("logged", 1.1), ("logged", np.nan), ("target", -0.1), ("target", 2.0),
     ("target", np.nan), ("reward", np.inf), ("reward", np.nan)],
)  # fmt: skip
def test_invalid_rows_are_named(column: str, value: float) -> None:
    columns = {"reward": np.ones(5), "logged": np.full(5, 0.5), "target": np.full(5, 0.5)}
    columns[column][3] = value
    with pytest.raises(DataError, match="where: row 3"):
        PolicyLog.from_arrays(**columns)


def test_shapes_and_sizes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(DataError, match="two probabilities"):
        PolicyLog.from_arrays(reward=[1.0], logged=[0.5, 0.5], target=[0.5])
    with pytest.raises(NotIdentifiable, match="0 decisions"):
        PolicyLog.from_arrays(reward=[], logged=[], target=[])
    log, *_ = world(np.random.default_rng(6), 500)
    with pytest.raises(DataError, match="one finite value a decision"):
        doubly_robust(log, expected=[1.0], expected_target=[1.0])
