"""The gate on calibration: predicted and observed outcomes, where scores are probabilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf

import numpy as np

from starcase.contract.request import FloatArray
from starcase.contract.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.inference import Effect, Resampling
from starcase.stages.gate.limit_check import build_unknown_result, check_limit
from starcase.stages.gate.matured_rows import select_matured_rows

BANDS = ("over all decisions", "among the highest scores")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """As many outcomes come true as the scores promise, within a factor: over all decisions and among the highest.

    The highest scores are those that hold the upper half of everything promised: there decisions are taken. Both
    factors are asked about at once, with intervals over independent units that hold together.

    Args:
        factor: promised over observed, or observed over promised, that is tolerated.
        events: outcomes that must have come true before anything is said.
        draws: bootstrap draws.
        level: coverage of both intervals together.

    >>> Calibration(factor=1.5).required
    'promised and observed outcomes differ by a factor of 1.5 at most, over all decisions and among the highest scores'
    """

    factor: float = 2.0
    events: int = 20
    draws: int = 1000
    level: float = 0.95
    name: str = "calibration"

    @property
    def required(self) -> str:
        """The condition in words."""
        return (
            f"promised and observed outcomes differ by a factor of {self.factor:g} at most, "
            "over all decisions and among the highest scores"
        )

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Compare the larger of the two factors with the limit."""
        known = select_matured_rows(evidence)
        scores = np.array([answer.score for answer in known.answers], dtype=np.float64)
        outcome = known.outcome
        if not np.all((scores >= 0) & (scores <= 1)):
            outside = Figure(
                name="share of scores that are no probability", value=float(np.mean(~((scores >= 0) & (scores <= 1)))),
                unit="share", n=scores.size, evidence_class="offline",
            )  # fmt: skip
            return check_limit(self, outside, 0.0, why="scores outside 0 to 1 are not probabilities")
        if outcome.sum() < self.events:
            why = f"{int(outcome.sum())} outcomes came true, {self.events} are needed"
            return build_unknown_result(self, why)
        resampling = Resampling(known.clusters, draws=self.draws, seed=evidence.seed)
        bands = (np.ones(scores.size, dtype=np.bool_), _select_highest(scores))
        effects = [
            resampling.effect(_build_log_ratio(scores, outcome, band), level=1 - (1 - self.level) / len(bands))
            for band in bands
        ]
        figures = [_build_factor(name, effect, self.level) for name, effect in zip(BANDS, effects, strict=True)]
        worst = max(figures, key=lambda figure: figure.value)
        return check_limit(self, worst, self.factor, figures=tuple(f for f in figures if f is not worst))


def _select_highest(scores: FloatArray) -> np.ndarray:
    """Return the rows with the highest scores that together hold half of the predicted outcomes."""
    order = np.argsort(-scores, kind="stable")
    held = np.cumsum(scores[order])
    threshold = scores[order[np.searchsorted(held, held[-1] / 2)]]
    return np.asarray(scores >= threshold)


def _build_log_ratio(scores: FloatArray, outcome: FloatArray, band: np.ndarray) -> Callable[[FloatArray], FloatArray]:
    promised, observed = scores * band, outcome * band

    def compute_log_ratio(weights: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.log((weights @ promised) / (weights @ observed)))

    return compute_log_ratio


def _build_factor(band: str, effect: Effect, level: float) -> Figure:
    """Build the factor between predicted and observed outcomes in either direction; 1 if they agree."""
    spans = effect.low <= 0 <= effect.high
    return Figure(
        name=f"factor between promised and observed outcomes {band}",
        value=_compute_exp(abs(effect.estimate)),
        unit="times",
        low=1.0 if spans else _compute_exp(min(abs(effect.low), abs(effect.high))),
        high=_compute_exp(max(abs(effect.low), abs(effect.high))),
        level=level,
        n=effect.n,
        evidence_class="offline",
    )


def _compute_exp(value: float) -> float:
    return exp(value) if value < 700 else inf  # noqa: PLR2004 - beyond that a double overflows
