"""Off-policy estimators: the reward of another policy, estimated from logged decisions."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError
from starcase.inference.arms.contrast import compute_delta_variance
from starcase.inference.arms.metric import Ratio
from starcase.inference.effect import Effect
from starcase.inference.moments import Moments
from starcase.inference.policies.overlap_limits import OverlapLimits
from starcase.inference.policies.policy_log import FloatArray, PolicyLog
from starcase.inference.t_interval import t_interval
from starcase.inference.units import ROWS, sum_by_unit

STANDARD = OverlapLimits()
OTHER_POLICY = "what the other policy would have brought to the same units"
LESS_LOGGED = "what the other policy would have brought, less what the serving one did bring"
PROPENSITIES = "the logged probability is the one each decision was made with"
SUPPORT = "whatever the other policy does was tried with some probability"
NO_ECHO = "a decision changes no later unit's outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class OffPolicy:
    """An off-policy estimate and how much of the log it rests on.

    Args:
        value: the other policy's mean reward.
        gain: that less the serving policy's mean reward, from the same decisions.
        effective: decisions it is worth.
        largest_share: part of all weight that one decision has.
    """

    value: Effect
    gain: Effect
    effective: float
    largest_share: float

    @property
    def sentence(self) -> str:
        """The estimate in one sentence."""
        return f"{self.gain.sentence} Off-policy, worth {self.effective:.0f} decisions."


def ips(log: PolicyLog, *, level: float = 0.95, refusal: OverlapLimits = STANDARD) -> OffPolicy:
    """Inverse propensity scores: unbiased, and noisy where weights are large.

    Raises:
        NotIdentifiable: the log cannot answer.

    Source: Horvitz & Thompson (1952), JASA 47; Dudik, Langford & Li (2011), ICML.

    >>> rng = np.random.default_rng(1)
    >>> taken = rng.random(4_000) < 0.5
    >>> log = PolicyLog.from_arrays(reward=taken + rng.normal(size=4_000), logged=np.full(4_000, 0.5),
    ...     target=0.2 + 0.6 * taken)
    >>> found = ips(log)
    >>> found.value.low < 0.8 < found.value.high
    True
    """
    refusal.check(log)
    return build_estimate(log, log.weights * log.reward, level, "inverse propensity scores")


def snips(log: PolicyLog, *, level: float = 0.95, refusal: OverlapLimits = STANDARD) -> OffPolicy:
    """Self-normalised propensity scores: slightly biased, lower variance, invariant to a shift of the reward.

    Raises:
        NotIdentifiable: the log cannot answer.

    Source: Swaminathan & Joachims (2015), The self-normalized estimator for counterfactual learning, NeurIPS.
    """
    refusal.check(log)
    weights = log.weights
    value = float(weights @ log.reward / weights.sum())
    return build_estimate(
        log, value + weights / weights.mean() * (log.reward - value), level, "self-normalised propensity scores"
    )


def doubly_robust(
    log: PolicyLog,
    *,
    expected: npt.ArrayLike,
    expected_target: npt.ArrayLike,
    level: float = 0.95,
    refusal: OverlapLimits = STANDARD,
) -> OffPolicy:
    """Doubly robust estimate: a reward model corrected by its logged errors; consistent if model or probabilities are.

    Args:
        log: the decisions.
        expected: (n,) the model's reward of what was decided; the model must not have been fitted on these decisions.
        expected_target: (n,) the model's reward averaged over what the other policy does.
        level: coverage of the intervals.
        refusal: bounds.

    Raises:
        NotIdentifiable: the log cannot answer.

    Source: Dudik, Erhan, Langford & Li (2014), Doubly robust policy evaluation and optimization, Stat. Sci. 29.
    """
    return switch(log, expected=expected, expected_target=expected_target, most=np.inf, level=level, refusal=refusal)


def switch(
    log: PolicyLog,
    *,
    expected: npt.ArrayLike,
    expected_target: npt.ArrayLike,
    most: float,
    level: float = 0.95,
    refusal: OverlapLimits = STANDARD,
) -> OffPolicy:
    """Doubly robust for weights up to ``most``, only the model above: some bias for much less variance.

    Args:
        log: the decisions.
        expected: (n,) the model's reward of what was decided.
        expected_target: (n,) the model's reward averaged over what the other policy does.
        most: the largest weight that is used.
        level: coverage of the intervals.
        refusal: bounds; they hold for the weights that are used.

    Raises:
        NotIdentifiable: the log cannot answer.

    Source: Wang, Agarwal & Dudik (2017), Optimal and adaptive off-policy evaluation in contextual bandits, ICML.
    """
    modelled, ahead = (
        read_model_values(log, expected, "expected"),
        read_model_values(log, expected_target, "expected_target"),
    )
    used = log.weights <= most
    kept = PolicyLog(reward=log.reward, logged=log.logged, target=np.where(used, log.target, 0.0), units=log.units)
    refusal.check(kept, calibrated=bool(used.all()))
    rows = ahead + kept.weights * (log.reward - modelled)
    method = "doubly robust" if np.isinf(most) else f"doubly robust up to weight {most:g}, the model beyond (switch)"
    return build_estimate(kept, rows, level, method)


def read_model_values(log: PolicyLog, values: npt.ArrayLike, name: str) -> FloatArray:
    """Return the model's values, one a decision.

    Raises:
        DataError: there are not as many as decisions, or one is not finite.
    """
    read = np.asarray(values, dtype=np.float64)
    if read.shape != log.reward.shape or not np.isfinite(read).all():
        raise DataError("the model needs one finite value a decision", where=f"{name}, shape {read.shape}")
    return read


def build_estimate(log: PolicyLog, rows: FloatArray, level: float, method: str) -> OffPolicy:
    """Return the mean of the terms of all decisions, and its difference from the logged policy's mean reward."""
    weighted = f"{method}, {log.effective:.0f} effective decisions"
    return OffPolicy(
        value=estimate_mean(log, rows, level, weighted, OTHER_POLICY),
        gain=estimate_mean(log, rows - log.reward, level, weighted, LESS_LOGGED),
        effective=log.effective,
        largest_share=log.largest_share,
    )


def estimate_mean(log: PolicyLog, rows: FloatArray, level: float, method: str, question: str) -> Effect:
    """Return a mean over decisions with its variance between units."""
    units = np.arange(rows.size) if log.units is None else log.units
    sums = Moments.from_columns(sum_by_unit(units, {"said": rows}))
    line = Ratio("said", ROWS).linearize(sums)
    return t_interval(
        line.value,
        sqrt(compute_delta_variance(sums, line.columns, line.gradient)),
        freedom=sums.n - 1,
        level=level,
        n=sums.n,
        method=method,
        question=question,
        assumptions=(PROPENSITIES, SUPPORT, NO_ECHO),
    ).with_evidence_class("off-policy")
