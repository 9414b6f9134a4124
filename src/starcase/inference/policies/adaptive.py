"""The protocol of policies that learn while they decide, and their shared functions."""

from __future__ import annotations

from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError

Array = npt.NDArray[np.float64]


class AdaptivePolicy(Protocol):
    """A policy that chooses among a few actions at random and learns from their rewards."""

    @property
    def n(self) -> int:
        """The number of rewards observed."""
        ...

    def probabilities(self, x: Array) -> Array:
        """Return the (actions,) probabilities given the (d,) context."""
        ...

    def predict_rewards(self, x: Array) -> Array:
        """Return the (actions,) expected rewards."""
        ...

    def learn(self, x: Array, action: int, reward: float, *, at: int) -> Self:
        """Return the policy updated with one reward in [0, 1] known at ``at``, microseconds UTC."""
        ...


def mix_exploration(chances: Array, floor: float) -> Array:
    """Return the probabilities mixed with a uniform share ``floor``, so that every action is still explored.

    >>> mix_exploration(np.array([1.0, 0.0]), 0.1).round(3).tolist()
    [0.95, 0.05]
    """
    return np.asarray((1.0 - floor) * chances + floor / chances.size)


def compute_decay(before: int, now: int, half_life: int) -> float:
    """Return the factor by which evidence decays between two times in microseconds; 1 if ``half_life`` is 0.

    >>> compute_decay(0, 20, 10), compute_decay(0, 20, 0), compute_decay(20, 0, 10)
    (0.25, 1.0, 1.0)
    """
    return float(0.5 ** (max(0, now - before) / half_life)) if half_life else 1.0


def require_reward(reward: float) -> float:
    """Return the reward; raises DataError outside [0, 1]."""
    if not 0.0 <= reward <= 1.0:
        raise DataError(f"a reward of {reward:g} lies outside 0 to 1", mend="rescale rewards by their known bounds")
    return reward


def draw_action(chances: Array, luck: float) -> int:
    """Return the action for a uniform draw from [0, 1).

    >>> (draw_action(np.array([0.25, 0.75]), 0.2), draw_action(np.array([0.25, 0.75]), 0.25),
    ...  draw_action(np.array([0.5, 0.5]), 0.9999))
    (0, 1, 1)
    """
    return min(int(np.searchsorted(np.cumsum(chances), luck, side="right")), chances.size - 1)
