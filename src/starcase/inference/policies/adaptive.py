"""What policies that learn while they decide have in common."""

from __future__ import annotations

from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError

Array = npt.NDArray[np.float64]


class AdaptivePolicy(Protocol):
    """Chooses among a few actions by chance, and learns from what they bring."""

    @property
    def n(self) -> int:
        """Rewards taken in."""
        ...

    def probabilities(self, x: Array) -> Array:
        """(actions,) the chance of each action, given (d,) what is known of the moment."""
        ...

    def predict_rewards(self, x: Array) -> Array:
        """(actions,) what each action is thought to bring."""
        ...

    def learn(self, x: Array, action: int, reward: float, *, at: int) -> Self:
        """The policy after one reward in [0, 1], known at ``at``, microseconds UTC."""
        ...


def mix_exploration(chances: Array, floor: float) -> Array:
    """Chances with a share ``floor`` of the decisions spread evenly, so that every action goes on being tried.

    >>> mix_exploration(np.array([1.0, 0.0]), 0.1).round(3).tolist()
    [0.95, 0.05]
    """
    return np.asarray((1.0 - floor) * chances + floor / chances.size)


def compute_decay(before: int, now: int, half_life: int) -> float:
    """What is left of knowledge between two moments, microseconds; all of it where ``half_life`` is 0.

    >>> compute_decay(0, 20, 10), compute_decay(0, 20, 0), compute_decay(20, 0, 10)
    (0.25, 1.0, 1.0)
    """
    return float(0.5 ** (max(0, now - before) / half_life)) if half_life else 1.0


def require_reward(reward: float) -> float:
    """A reward; raises DataError outside [0, 1]."""
    if not 0.0 <= reward <= 1.0:
        raise DataError(f"a reward of {reward:g} lies outside 0 to 1", mend="rescale rewards by their known bounds")
    return reward


def draw_action(chances: Array, luck: float) -> int:
    """The action that a number drawn evenly from [0, 1) stands for.

    >>> (draw_action(np.array([0.25, 0.75]), 0.2), draw_action(np.array([0.25, 0.75]), 0.25),
    ...  draw_action(np.array([0.5, 0.5]), 0.9999))
    (0, 1, 1)
    """
    return min(int(np.searchsorted(np.cumsum(chances), luck, side="right")), chances.size - 1)
