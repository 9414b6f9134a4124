"""Limits of overlap below which no off-policy estimate is given."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from starcase.errors import NotIdentifiable
from starcase.inference.policies.policy_log import PolicyLog


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapLimits:
    """Bounds beyond which no off-policy estimate is given.

    Args:
        effective: fewest effective decisions.
        largest: most weight that a single decision may have, as a part of all.
        calibration: standard errors by which the mean weight may differ from 1. Beyond them the logged probabilities
            are not those the log was made with, or the other policy does what the log never tried.
    """

    effective: float = 100.0
    largest: float = 0.05
    calibration: float = 4.0

    def check(self, log: PolicyLog, *, calibrated: bool = True) -> None:
        """Raise NotIdentifiable if the log exceeds a limit.

        Args:
            log: the decisions.
            calibrated: whether the mean weight must be 1; not where a model stands in for what was not tried.

        Raises:
            NotIdentifiable: with the bound that is broken.
        """
        weights = log.weights
        if log.effective < self.effective:
            raise NotIdentifiable(
                f"{log.reward.size} decisions are worth {log.effective:.1f} decisions of the other policy",
                why=f"an estimate needs an effective sample size of {self.effective:g} or more",
                mend="compare a policy that is closer to the logged one, or log with more exploration",
            )
        if log.largest_share > self.largest:
            raise NotIdentifiable(
                f"one decision has {log.largest_share:.1%} of all weight",
                where=f"row {int(weights.argmax())}",
                why=f"at most {self.largest:.1%} is allowed",
                mend="switch to a model where weights are large",
            )
        error = sqrt(float(weights.var(ddof=1)) / weights.size)
        if calibrated and abs(float(weights.mean()) - 1) > self.calibration * error + 1e-9:
            raise NotIdentifiable(
                f"weights average {weights.mean():.4g} and not 1",
                why="the logged probabilities are not those used for the decisions, or some actions were never tried",
                mend="log the probability in force at each decision; give actions never tried to a model",
            )
