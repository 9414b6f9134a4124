"""The gate on the share of interventions, which stops a flood of them before units are exposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from starcase.contract.request import Answer
from starcase.contract.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.inference import Resampling
from starcase.stages.gate.limit_check import build_unknown_result, check_limit
from starcase.stages.gate.matured_rows import encode_names

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interventions:
    """The share of answers that touch a customer (``System.interventions``) stays within its limit.

    No outcome is needed: all answers count, whether their outcome has matured or not. Where only the incumbent is the
    measure, the share is shown with its own interval, and the outcome is that of the share less ``ratio`` times the
    incumbent's on the same answers, which must be at most 0 and is reported with it.

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
    def judges_refit(self) -> bool:
        """It needs no unseen rows."""
        return True

    @property
    def required(self) -> str:
        """The condition in words."""
        limit = (
            f"at most {self.allowed:g}" if self.allowed >= 0 else f"at most {self.ratio:g} times the incumbent's share"
        )
        interval = f"{self.level * 100:g} % interval over independent units"
        return f"{limit} of the answers intervene, at the upper end of the {interval}"

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Compare the share of interventions with its limit."""
        ours, theirs = (_flag_interventions(a, evidence) for a in (evidence.answers, evidence.incumbent_answers))
        if ours.size == 0 or ours.size != theirs.size:
            return build_unknown_result(
                self, f"{ours.size} answers against {theirs.size} of the incumbent: the share cannot be estimated"
            )
        beside = float(theirs.mean())
        beside_it = Figure(
            name="share of the incumbent's answers that intervene", value=beside, unit="share", n=theirs.size,
            evidence_class="offline",
        )  # fmt: skip
        share = self._estimate_share("share of answers that intervene", ours, evidence)
        if self.allowed >= 0:
            return check_limit(self, share, self.allowed, figures=(beside_it,))
        if beside == 0 and share.value > 0:
            why = "the incumbent never intervened, so its share is no reference: set `allowed`"
            return build_unknown_result(self, why, figures=(share, beside_it))
        excess = self._estimate_share(
            f"{share.name} less {self.ratio:g} times the incumbent's", ours - self.ratio * theirs, evidence
        )
        judged = check_limit(self, excess, 0.0)
        observed = judged.observed and share
        return replace(judged, observed=observed, figures=(*(() if observed else (share,)), excess, beside_it))

    def _estimate_share(self, name: str, by_answer: FloatArray, evidence: GateEvidence) -> Figure:
        """Estimate the mean over all answers; a percentile interval over units stays within their range."""
        resampling = Resampling(encode_names(evidence.outcomes["cluster"]), draws=self.draws, seed=evidence.seed)
        effect = resampling.effect(lambda weights: weights @ by_answer / weights.sum(axis=1), level=self.level)
        return Figure(
            name=name, value=effect.estimate, unit="share", low=effect.low, high=effect.high, level=self.level,
            n=effect.n, evidence_class="offline",
        )  # fmt: skip


def _flag_interventions(answers: Sequence[Answer], evidence: GateEvidence) -> FloatArray:
    actions = evidence.system.interventions
    return np.array([answer.action in actions for answer in answers], dtype=np.float64)
