"""How often a model steps in: the gate that stops a flood before it meets anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from starcase.case.request import Answer
from starcase.case.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.gate.judgement import at_most, unknown
from starcase.gate.matured import codes
from starcase.inference import Resampling


@dataclass(frozen=True, slots=True, kw_only=True)
class Interventions:
    """The share of answers that touch a customer (``System.interventions``) stays within its limit.

    No outcome is needed: all answers count, whether their outcome has matured or not.

    Args:
        allowed: the share tolerated, 0 to 1; negative where only the incumbent is the measure.
        ratio: how many times the incumbent's share is tolerated, where ``allowed`` is negative.
        draws: bootstrap draws.
        level: coverage of the interval.

    >>> Interventions(allowed=0.004).required
    'at most 0.004 of the answers intervene, at the upper end of the 95 % interval over independent units'
    """

    allowed: float = -1.0
    ratio: float = 2.0
    draws: int = 500
    level: float = 0.95
    name: str = "interventions"

    @property
    def required(self) -> str:
        """The condition in words."""
        limit = (
            f"at most {self.allowed:g}" if self.allowed >= 0 else f"at most {self.ratio:g} times the incumbent's share"
        )
        interval = f"{self.level * 100:g} % interval over independent units"
        return f"{limit} of the answers intervene, at the upper end of the {interval}"

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """The share of interventions against its limit."""
        ours, theirs = (_intervenes(a, evidence) for a in (evidence.answers, evidence.incumbent_answers))
        if ours.size == 0 or ours.size != theirs.size:
            return unknown(self, f"{ours.size} answers against {theirs.size} of the incumbent: nothing can be said")
        share, beside = float(ours.mean()), float(theirs.mean())
        resampling = Resampling(codes(evidence.outcomes["cluster"]), draws=self.draws, seed=evidence.seed)
        theirs_figure = Figure(
            name="share of the incumbent's answers that intervene", value=beside, unit="share", n=theirs.size,
            evidence_class="offline",
        )  # fmt: skip
        if self.allowed < 0 and beside == 0 and share > 0:
            why = "the incumbent never intervened, so that its share is no measure: set `allowed`"
            return unknown(self, why, figures=(theirs_figure,))
        limit = self.allowed if self.allowed >= 0 else self.ratio * beside
        excess = ours if self.allowed >= 0 else ours - self.ratio * theirs
        effect = resampling.effect(lambda weights: weights @ excess / weights.sum(axis=1), level=self.level)
        shift = share - effect.estimate
        observed = Figure(
            name="share of answers that intervene", value=share, unit="share", low=effect.low + shift,
            high=effect.high + shift, level=self.level, n=effect.n, evidence_class="offline",
        )  # fmt: skip
        return at_most(self, observed, limit, figures=(theirs_figure,))


def _intervenes(answers: Sequence[Answer], evidence: GateEvidence) -> np.ndarray:
    actions = evidence.system.interventions
    return np.array([answer.action in actions for answer in answers], dtype=np.float64)
