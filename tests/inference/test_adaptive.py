"""Adaptive policies: exact probabilities, low regret, and valid off-policy estimates from their logs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starcase.errors import DataError, NotIdentifiable
from starcase.inference.policies import LinUcb, PolicyLog, Thompson, draw_action, estimate_while_learning
from starcase.inference.policies.adaptive import AdaptivePolicy, Array
from starcase.inference.policies.thompson import compute_best_probabilities

RATES = np.array([0.25, 0.4, 0.6])
FLOOR, ROUNDS, RUNS = 0.1, 3_000, 8
X = np.ones(1)
POLICIES: dict[str, Callable[[int], AdaptivePolicy]] = {
    "thompson": lambda half_life: Thompson.over(contexts=1, actions=3, floor=FLOOR, half_life=half_life),
    "linucb": lambda half_life: LinUcb.over(d=1, actions=3, width=1.0, floor=FLOOR, half_life=half_life),
}


def lived(policy: AdaptivePolicy, rates: Array, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """(rounds,) actions, their probabilities and rewards; ``rates`` is (rounds, actions), a round a microsecond."""
    actions, logged, rewards = (np.empty(len(rates)) for _ in range(3))
    for at, now in enumerate(rates):
        chances = policy.probabilities(X)
        action = draw_action(chances, rng.random())
        actions[at], logged[at], rewards[at] = action, chances[action], float(rng.random() < now[action])
        policy = policy.learn(X, action, float(rewards[at]), at=at)
    return actions, logged, rewards


def regret(actions: Array, rates: Array) -> float:
    """Return the expected regret against the best action of each round."""
    taken = rates[np.arange(len(rates)), actions.astype(int)]
    return float((rates.max(axis=1) - taken).sum())


@settings(max_examples=40, deadline=None)
@given(
    st.permutations(
        [(at, action, won) for at, action, won in zip(range(1, 9), [0, 1, 2, 0] * 2, [1.0, 0.0] * 4, strict=True)]
    ),
    st.sampled_from(sorted(POLICIES)),
    st.sampled_from([0, 3]),
)
def test_order_of_rewards_does_not_matter(shuffled: list[tuple[int, int, float]], kind: str, half_life: int) -> None:
    both = []
    for told in (shuffled, sorted(shuffled)):
        policy = POLICIES[kind](half_life)
        for at, action, won in told:
            policy = policy.learn(X, action, won, at=at)
        both.append(np.concatenate([policy.probabilities(X), policy.predict_rewards(X), [policy.n]]))
    assert np.allclose(both[0], both[1], rtol=1e-9)


@pytest.mark.simulation
def test_probability_of_being_best_agrees_with_posterior_sampling() -> None:
    rng = np.random.default_rng(1)
    draws = 100_000
    for _ in range(12):
        wins, losses = 1 + 200 * rng.random(4) ** 3, 1 + 400 * rng.random(4) ** 3
        seen = np.bincount(rng.beta(wins, losses, size=(draws, 4)).argmax(axis=1), minlength=4) / draws
        tolerance = 5 * np.sqrt(seen * (1 - seen) / draws) + 5e-4  # five standard errors, and the quadrature's
        assert np.all(np.abs(compute_best_probabilities(wins, losses) - seen) <= tolerance)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.5, 1e5), st.floats(0.5, 1e5)), min_size=2, max_size=6),
    st.floats(0.01, 0.9),
)
def test_probabilities_sum_to_one_and_stay_above_the_floor(counts: list[tuple[float, float]], floor: float) -> None:
    wins, losses = (np.array([column]) for column in zip(*counts, strict=True))
    policy = Thompson(wins=wins, losses=losses, floor=floor, half_life=0)
    chances = policy.probabilities(X)
    assert chances.sum() == pytest.approx(1.0)
    assert chances.min() >= floor / len(counts) - 1e-12


@pytest.mark.simulation
@pytest.mark.parametrize("name", POLICIES)
def test_regret_against_the_best_fixed_action_grows_as_the_logarithm(name: str) -> None:
    """Lai and Robbins: the sum of gap / KL(rate, best) times ln(rounds) is the least; twice that beside the floor."""
    rates = np.repeat(RATES[None], ROUNDS, axis=0)
    found = [regret(lived(POLICIES[name](0), rates, np.random.default_rng(run))[0], rates) for run in range(RUNS)]
    best, gaps = RATES.max(), RATES.max() - RATES
    kl = RATES * np.log(RATES / best) + (1 - RATES) * np.log((1 - RATES) / (1 - best))
    least = float(sum(gap / one for gap, one in zip(gaps, kl, strict=True) if gap)) * np.log(ROUNDS)
    floor = FLOOR * gaps.mean() * ROUNDS
    error = 3 * float(np.std(found, ddof=1)) / RUNS**0.5
    assert floor - error <= np.mean(found) <= floor + 2 * least + error
    assert np.mean(found) < 0.5 * gaps.mean() * ROUNDS  # half of what choosing blindly loses


@pytest.mark.simulation
@pytest.mark.parametrize("name", POLICIES)
def test_half_life_follows_a_drift_faster(name: str) -> None:
    turn, runs = 700, 6
    rates = np.concatenate([np.repeat(RATES[None], turn, axis=0), np.repeat(RATES[None, ::-1], turn, axis=0)])
    lived_by = {
        half_life: [lived(POLICIES[name](half_life), rates, np.random.default_rng(run))[0] for run in range(runs)]
        for half_life in (0, 100)
    }
    lost = {key: np.array([regret(one[turn:], rates[turn:]) for one in every]) for key, every in lived_by.items()}
    apart = lost[0] - lost[100]
    assert apart.mean() > 3 * apart.std(ddof=1) / runs**0.5
    late = np.array(lived_by[100])[:, -300:]
    assert np.mean(late == 0) > 0.5  # the action that is best since the drift


@pytest.mark.simulation
@pytest.mark.parametrize("name", POLICIES)
def test_logged_probability_agrees_with_choice_frequency(name: str) -> None:
    """Sums of (chosen - probability) are martingales; five of their standard errors are allowed."""
    rates = np.repeat(RATES[None], ROUNDS, axis=0)
    policy, rng = POLICIES[name](0), np.random.default_rng(3)
    apart, variance = np.zeros(3), np.zeros(3)
    for at, now in enumerate(rates):
        chances = policy.probabilities(X)
        action = draw_action(chances, rng.random())
        apart += (np.arange(3) == action) - chances
        variance += chances * (1 - chances)
        policy = policy.learn(X, action, float(rng.random() < now[action]), at=at)
    assert np.all(np.abs(apart) <= 5 * np.sqrt(variance))


@pytest.mark.simulation
@pytest.mark.parametrize("name", POLICIES)
def test_adaptive_log_recovers_the_value_of_a_known_policy(name: str) -> None:
    """The intervals cover at least at their level; naive means by action would not."""
    target = np.array([0.6, 0.3, 0.1])
    truth, runs, covered, biased = float(target @ RATES), 24, 0, []
    rates = np.repeat(RATES[None], 1_500, axis=0)
    for run in range(runs):
        actions, logged, rewards = lived(POLICIES[name](0), rates, np.random.default_rng(run))
        log = PolicyLog.from_arrays(reward=rewards, logged=logged, target=target[actions.astype(int)])
        found = estimate_while_learning(log, most=0.6 / (FLOOR / 3), level=0.9)
        covered += found.low <= truth <= found.high
        biased.append(found.estimate - truth)
    assert covered / runs >= 0.9 - 3 * (0.09 / runs) ** 0.5
    assert abs(np.mean(biased)) <= 4 * float(np.std(biased, ddof=1)) / runs**0.5


@pytest.mark.simulation
@pytest.mark.parametrize("name", POLICIES)
def test_adaptive_log_estimates_its_mean_reward_under_drift(name: str) -> None:
    """Rewards rise as the policy learns and fall as rewards drift, so there is no single true rate."""
    turned = np.concatenate([np.repeat(RATES[None], 700, axis=0), np.repeat(RATES[None, ::-1], 700, axis=0)])
    runs, inside = 40, {"own": 0, "first": 0}
    for run in range(runs):
        actions, logged, rewards = lived(POLICIES[name](100), turned, np.random.default_rng(run))
        brought = float(np.mean(turned[np.arange(len(turned)), actions.astype(int)]))
        own = estimate_while_learning(
            PolicyLog.from_arrays(reward=rewards, logged=logged, target=logged), most=1.0, level=0.9
        )
        inside["own"] += own.low <= brought <= own.high
        always = PolicyLog.from_arrays(reward=rewards, logged=logged, target=(actions == 0).astype(float))
        first = estimate_while_learning(always, most=3 / FLOOR, level=0.9)
        inside["first"] += first.low <= float(turned[:, 0].mean()) <= first.high
        assert own.low <= own.estimate <= own.high
    assert min(inside.values()) / runs >= 0.9 - 3 * (0.09 / runs) ** 0.5, inside


def test_means_by_action_of_an_adaptive_log_are_biased_downwards() -> None:
    """Two equal actions: the one tried less often looks worse, so such a log is not an experiment."""
    rates, gaps = np.full((200, 2), 0.3), []
    for run in range(300):
        policy: AdaptivePolicy = Thompson.over(contexts=1, actions=2, floor=0.05, half_life=0)
        actions, _, rewards = lived(policy, rates, np.random.default_rng(run))
        counts = [int((actions == one).sum()) for one in (0, 1)]
        less = int(np.argmin(counts))
        gaps.append(rewards[actions == less].mean() - 0.3)
    assert np.mean(gaps) < -3 * float(np.std(gaps, ddof=1)) / len(gaps) ** 0.5


def test_invalid_rewards_and_settings_are_refused() -> None:
    with pytest.raises(DataError, match="outside 0 to 1"):
        Thompson.over(contexts=1, actions=2, floor=0.1, half_life=0).learn(X, 0, 1.5, at=0)
    log = PolicyLog.from_arrays(reward=[1, 0], logged=[0.1, 0.5], target=[0.5, 0.5])
    with pytest.raises(DataError, match="above the largest possible weight, 2"):
        estimate_while_learning(log, most=2.0)
    with pytest.raises(NotIdentifiable, match="one unit"):
        estimate_while_learning(
            PolicyLog.from_arrays(reward=[1, 0], logged=[1, 1], target=[1, 1], units=[0, 0]), most=1.0
        )


def test_late_reward_does_not_move_the_time_backwards() -> None:
    policy = Thompson.over(contexts=1, actions=2, floor=0.1, half_life=10).learn(X, 0, 1.0, at=20)
    assert policy.learn(X, 1, 1.0, at=5).at == 20


def test_contexts_learn_independently() -> None:
    one, other = np.array([1.0, 0.0, 0.7]), np.array([0.0, 1.0, -0.7])
    policy = Thompson.over(contexts=2, actions=2, floor=0.1, half_life=0)
    for at in range(30):
        policy = policy.learn(one, 1, 1.0, at=at)
    assert policy.probabilities(one)[1] > 0.9
    assert policy.probabilities(other).tolist() == [0.5, 0.5]
