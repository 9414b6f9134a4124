"""Thompson sampling over a few actions and contexts, with exact action probabilities."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.special import betainc, betaincinv

from starcase.inference.policies.adaptive import Array, compute_decay, mix_exploration, require_reward

NODES = 48
_AT, _WEIGHT = np.polynomial.legendre.leggauss(NODES)
LEVELS, WEIGHTS = (_AT + 1) / 2, _WEIGHT / 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Thompson:
    """Beta-Bernoulli Thompson sampling; a reward is worth half as much ``half_life`` later, so that drift is followed.

    No posterior is sampled. The chance that an action's rate is the highest of all is integrated over the quantiles of
    its posterior (Gauss-Legendre, 48 nodes), and the decision is drawn from those chances: what is logged as a
    propensity is the very number the draw was made with.

    Args:
        wins: (contexts, actions) rewards so far, faded, with the prior's.
        losses: (contexts, actions) what was missed of them, faded, with the prior's.
        floor: the share of decisions that is spread evenly over the actions, in (0, 1).
        half_life: microseconds; 0 where nothing fades.
        prior: (2,) wins and losses everything fades towards.
        at: when the last reward was taken in, microseconds UTC.
        n: rewards taken in.

    Source: Thompson (1933), Biometrika 25; Raj & Kalyani (2017), Taming non-stationary bandits, arXiv:1707.09727
    (discounting).

    >>> policy, x = Thompson.over(contexts=1, actions=2, floor=0.1, half_life=0), np.ones(1)
    >>> policy.probabilities(x).tolist()
    [0.5, 0.5]
    >>> for _ in range(20):
    ...     policy = policy.learn(x, 1, 1.0, at=0)
    >>> policy.probabilities(x).round(3).tolist(), policy.predict_rewards(x).round(3).tolist()
    ([0.091, 0.909], [0.5, 0.955])
    """

    wins: Array
    losses: Array
    floor: float
    half_life: int
    prior: tuple[float, float] = (1.0, 1.0)
    at: int = 0
    n: int = 0

    @classmethod
    def over(
        cls, *, contexts: int, actions: int, floor: float, half_life: int, prior: tuple[float, float] = (1.0, 1.0)
    ) -> Self:
        """Return a policy with only its prior."""
        shape = (contexts, actions)
        return cls(
            wins=np.full(shape, prior[0]), losses=np.full(shape, prior[1]), floor=floor, half_life=half_life,
            prior=prior,
        )  # fmt: skip

    def probabilities(self, x: Array) -> Array:
        """Return the (actions,) probabilities; they add up to 1, and each is at least floor / actions.

        Args:
            x: its first entries, one a context, are 0 but for the 1 of the context at hand.
        """
        context = self._find_context(x)
        return mix_exploration(compute_best_probabilities(self.wins[context], self.losses[context]), self.floor)

    def predict_rewards(self, x: Array) -> Array:
        """(actions,) the posterior mean of each action's reward."""
        context = self._find_context(x)
        return np.asarray(self.wins[context] / (self.wins[context] + self.losses[context]))

    def learn(self, x: Array, action: int, reward: float, *, at: int) -> Self:
        """Return the policy updated with one reward; the order of updates does not matter.

        Args:
            x: as in ``probabilities``.
            action: which.
            reward: in [0, 1]; a part of a reward counts as that part of a win.
            at: when it became known, microseconds UTC.

        Raises:
            DataError: a reward outside [0, 1].
        """
        won = require_reward(reward)
        kept = compute_decay(self.at, at, self.half_life)
        wins = self.prior[0] + kept * (self.wins - self.prior[0])
        losses = self.prior[1] + kept * (self.losses - self.prior[1])
        fresh = compute_decay(at, self.at, self.half_life)
        wins[self._find_context(x), action] += fresh * won
        losses[self._find_context(x), action] += fresh * (1.0 - won)
        return replace(self, wins=wins, losses=losses, at=max(self.at, at), n=self.n + 1)

    def _find_context(self, x: Array) -> int:
        return int(x[: len(self.wins)].argmax())


def compute_best_probabilities(wins: Array, losses: Array) -> Array:
    """(actions,) the chance that each of independent beta variables is the largest; they add up to 1.

    >>> compute_best_probabilities(np.array([1.0, 2.0]), np.array([1.0, 1.0])).round(4).tolist()
    [0.3333, 0.6667]
    """
    own = betaincinv(wins[:, None], losses[:, None], LEVELS)
    below = betainc(wins[None, :, None], losses[None, :, None], own[:, None, :])
    each = np.arange(wins.size)
    below[each, each] = 1.0
    chances = below.prod(axis=1) @ WEIGHTS
    return np.asarray(chances / chances.sum())
