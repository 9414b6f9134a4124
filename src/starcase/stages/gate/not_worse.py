"""The gate on loss against the incumbent: at most a margin, for the objective and for every guardrail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from starcase.contract.model import Metric, is_smooth
from starcase.contract.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.inference import Effect, Resampling
from starcase.stages.gate.limit_check import check_limit
from starcase.stages.gate.matured_rows import MaturedRows, find_metric, select_matured_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class NotWorse:
    """A metric may be lost against the incumbent by ``margin`` at most, shown on the same units.

    Args:
        name: ``"objective"``, or the guardrail's.
        metric: one of the system's metrics.
        margin: the loss tolerated, in the metric's unit.
        draws: bootstrap draws.
        level: coverage of the interval.

    >>> NotWorse(name="objective", metric="average_precision", margin=0.02).required
    'average_precision is worse than the incumbent by 0.02 at most: 95 % paired interval over independent units'
    """

    name: str
    metric: str
    margin: float = 0.0
    draws: int = 1000
    level: float = 0.95

    @property
    def required(self) -> str:
        """The condition in words."""
        return (
            f"{self.metric} is worse than the incumbent by {self.margin:g} at most: "
            f"{self.level * 100:g} % paired interval over independent units"
        )

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Compare the loss against the incumbent and its interval with the margin; a gain is a negative loss."""
        metric = find_metric(evidence, self.metric)
        known = select_matured_rows(evidence)
        effect = estimate_loss(metric, known, draws=self.draws, seed=evidence.seed, level=self.level)
        observed = Figure(
            name=f"loss in {self.metric} against the incumbent",
            value=effect.estimate,
            unit=metric.unit,
            low=effect.low,
            high=effect.high,
            level=self.level,
            n=effect.n,
            evidence_class="offline",
        )
        return check_limit(self, observed, self.margin)


def estimate_loss(metric: Metric, known: MaturedRows, *, draws: int, seed: int, level: float) -> Effect:
    """Estimate the loss against the incumbent, positive if the candidate is worse, by paired cluster bootstrap."""
    sign = 1.0 if metric.direction == "lower" else -1.0
    ours, theirs = metric.per_unit(known.answers, known.rows), metric.per_unit(known.incumbent, known.rows)
    resampling = Resampling(known.clusters, draws=draws, seed=seed)

    def compute_loss(weights: np.ndarray) -> np.ndarray:
        return sign * (metric.value(ours, weights) - metric.value(theirs, weights))

    return resampling.effect(compute_loss, level=level, smooth=is_smooth(metric))
