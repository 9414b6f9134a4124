"""The reward of a policy, estimated from a log of a policy that learned while it decided."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError, NotIdentifiable
from starcase.inference.anytime.moving_mean import MovingMean
from starcase.inference.effect import Effect
from starcase.inference.policies.estimate import NO_ECHO, OTHER_POLICY, PROPENSITIES, SUPPORT
from starcase.inference.policies.policy_log import PolicyLog


def estimate_while_learning(log: PolicyLog, *, most: float, level: float = 0.95) -> Effect:
    """Inverse propensity scores for decisions that depend on earlier outcomes, with a valid interval.

    Where a policy learns, decisions are not independent and what an action brought on average is biased (the unlucky
    are tried less), so neither means by action nor the usual intervals hold. Weighted rewards remain unbiased, each
    given what came before; a confidence sequence for bounded values needs no more than that. It holds at every look.
    What is estimated is the mean over the moments of this log: rewards may drift, and a policy that learns brings more
    from decision to decision.

    Args:
        log: decisions in the order in which they were made, each a unit of its own; rewards in [0, 1].
        most: the largest weight there can be: the largest target probability over the floor's share of one action.
        level: coverage.

    Raises:
        DataError: a reward lies outside [0, 1], or a weight above ``most``.
        NotIdentifiable: decisions share units, so that they are not made one after another.

    Source: Howard, Ramdas, McAuliffe & Sekhon (2021), Annals of Statistics 49, theorem 4, applied to weighted rewards
    as in Waudby-Smith, Wu, Ramdas, Karampatziakis & Mineiro (2024), Anytime-valid off-policy inference for contextual
    bandits, ACM/IMS JDS 1.

    >>> log = PolicyLog.from_arrays(reward=[1, 0] * 500, logged=np.full(1_000, 0.5), target=np.full(1_000, 0.5))
    >>> found = estimate_while_learning(log, most=1.0)
    >>> round(found.estimate, 3), found.low < 0.5 < found.high
    (0.5, True)
    """
    if log.units is not None:
        raise NotIdentifiable("decisions of one unit depend on each other beyond what the policy learned")
    if not np.all((log.reward >= 0) & (log.reward <= 1)):
        raise DataError("rewards lie in [0, 1]", mend="rescale them by their known bounds")
    weights = log.weights
    if weights.max() > most * (1 + 1e-9):
        raise DataError(f"a weight of {weights.max():.4g} is above the largest possible weight, {most:g}")
    said: npt.NDArray[np.float64] = np.minimum(weights * log.reward / most, 1.0)
    seen = MovingMean.from_values(said, alpha=1 - level)
    return Effect(
        estimate=seen.value * most, low=seen.low * most, high=seen.high * most, level=level,
        p_value=1 - level if seen.low > 0 else 1.0, n=said.size,
        method="inverse propensity scores, empirical-Bernstein confidence sequence", question=OTHER_POLICY,
        assumptions=(PROPENSITIES, SUPPORT, NO_ECHO), evidence="off-policy",
    )  # fmt: skip
