"""LinUCB: the action with the highest upper confidence bound of the reward, given a context."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from starcase.inference.policies.adaptive import Array, compute_decay, mix_exploration, require_reward

LEVEL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinUcb:
    """Upper confidence bounds of one linear model an action; a reward is worth half as much ``half_life`` later.

    The action with the highest bound is taken but for a share ``floor`` of decisions, which is spread evenly; equal
    bounds share. So the probability of every action is known, and none is zero.

    Args:
        seen: (actions, d, d) sums of x x', faded, with the ridge.
        gained: (actions, d) sums of reward times x, faded.
        width: how many standard errors are hoped for.
        floor: the share of decisions that is spread evenly, in (0, 1).
        half_life: microseconds; 0 where nothing fades.
        ridge: what ``seen`` fades towards.
        at: when the last reward was taken in, microseconds UTC.
        n: rewards taken in.

    Source: Li, Chu, Langford & Schapire (2010), A contextual-bandit approach to personalized news article
    recommendation, WWW, algorithm 1 (disjoint); Russac, Vernade & Cappé (2019), Weighted linear bandits for
    non-stationary environments, NeurIPS (discounting).

    >>> policy = LinUcb.over(d=1, actions=2, width=1.0, floor=0.1, half_life=0)
    >>> policy.probabilities(np.ones(1)).tolist()
    [0.5, 0.5]
    >>> policy.learn(np.ones(1), 1, 1.0, at=0).probabilities(np.ones(1)).round(3).tolist()
    [0.05, 0.95]
    """

    seen: Array
    gained: Array
    width: float
    floor: float
    half_life: int
    ridge: float = 1.0
    at: int = 0
    n: int = 0

    @classmethod
    def over(cls, *, d: int, actions: int, width: float, floor: float, half_life: int, ridge: float = 1.0) -> Self:
        """Return a policy without observations."""
        seen = np.repeat(ridge * np.eye(d)[None], actions, axis=0)
        return cls(seen=seen, gained=np.zeros((actions, d)), width=width, floor=floor, half_life=half_life, ridge=ridge)

    def compute_bounds(self, x: Array) -> Array:
        """Return the (actions,) upper confidence bounds of the rewards at (d,) ``x``."""
        solved = self._solve(x)
        return np.asarray((self.gained * solved).sum(axis=1) + self.width * np.sqrt(solved @ x))

    def predict_rewards(self, x: Array) -> Array:
        """Return the (actions,) estimated rewards at (d,) ``x``, without the exploration bonus."""
        return np.asarray((self.gained * self._solve(x)).sum(axis=1))

    def probabilities(self, x: Array) -> Array:
        """Return the (actions,) probabilities at (d,) ``x``; they add up to 1, and each is at least floor / actions."""
        bounds = self.compute_bounds(x)
        highest = bounds >= bounds.max() - LEVEL
        return mix_exploration(highest / highest.sum(), self.floor)

    def learn(self, x: Array, action: int, reward: float, *, at: int) -> Self:
        """Return the policy updated with one reward; the order of updates does not matter.

        Args:
            x: (d,) what was known of the moment.
            action: what was done.
            reward: in [0, 1].
            at: when the reward became known, microseconds UTC.

        Raises:
            DataError: a reward outside [0, 1].
        """
        won = require_reward(reward)
        kept = compute_decay(self.at, at, self.half_life)
        rest = self.ridge * np.eye(x.size)
        seen, gained = rest + kept * (self.seen - rest), kept * self.gained
        fresh = compute_decay(at, self.at, self.half_life)
        seen[action] += fresh * np.outer(x, x)
        gained[action] += fresh * won * x
        return replace(self, seen=seen, gained=gained, at=max(self.at, at), n=self.n + 1)

    def _solve(self, x: Array) -> Array:
        return np.asarray(np.linalg.solve(self.seen, np.broadcast_to(x[:, None], (*self.gained.shape, 1)))[:, :, 0])
