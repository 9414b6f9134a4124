"""The gate on stress: under stressed requests the model still answers and does not intervene far more often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from starcase.contract.request import Answer, FloatArray, Request
from starcase.contract.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.inference import Resampling
from starcase.stages.gate.limit_check import build_unknown_result, check_limit
from starcase.stages.gate.matured_rows import IntArray, encode_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Stress:
    """Under every stress of the system the model answers every request with a number, and does not flood.

    Args:
        ratio: how many times its share of interventions without stress is tolerated under stress.
        allowed: a share of interventions that is tolerated under stress in any case.
        draws: bootstrap draws.
        level: coverage of the interval.

    >>> Stress(ratio=2).required
    'under every stress each answer is a number, and at most 2 times as many intervene, or a share of 0.005'
    """

    ratio: float = 3.0
    allowed: float = 0.005
    draws: int = 500
    level: float = 0.95
    name: str = "stress"

    @property
    def required(self) -> str:
        """The condition in words."""
        return (
            f"under every stress each answer is a number, and at most {self.ratio:g} times as many intervene, "
            f"or a share of {self.allowed:g}"
        )

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Return the stress closest to the limit, or the first under which the model fails."""
        rng = np.random.default_rng(evidence.seed)
        stressed = evidence.system.stresses(evidence.requests, rng=rng)
        if not stressed or not evidence.answers:
            return build_unknown_result(self, "the system has no stress for these requests")
        actions, groups = evidence.system.interventions, encode_names(evidence.outcomes["cluster"])
        plain = _flag_interventions(evidence.answers, actions)
        limit = max(self.allowed, self.ratio * float(plain.mean()))
        seen = []
        for name, requests in stressed.items():
            answers, broken = _ask_model(evidence, requests)
            if broken:
                return self._build_broken_result(name, broken, len(requests))
            seen.append(self._estimate_share(name, _flag_interventions(answers, actions), groups, evidence.seed))
        worst = max(seen, key=lambda figure: figure.value)
        return check_limit(self, worst, limit, figures=tuple(f for f in seen if f is not worst))

    def _estimate_share(self, name: str, stepped_in: FloatArray, groups: IntArray, seed: int) -> Figure:
        resampling = Resampling(groups, draws=self.draws, seed=seed)
        effect = resampling.effect(lambda weights: weights @ stepped_in / weights.sum(axis=1), level=self.level)
        return Figure(
            name=f"share of answers that intervene under {name}", value=effect.estimate, unit="share", low=effect.low,
            high=effect.high, level=self.level, n=effect.n, evidence_class="offline",
        )  # fmt: skip

    def _build_broken_result(self, stress: str, why: str, n: int) -> GateResult:
        asked = Figure(name=f"requests under {stress}", value=n, unit="count", n=n, evidence_class="offline")
        return GateResult(
            gate=self.name, outcome="failed", observed=asked, required=self.required, why=f"under {stress} {why}"
        )


def _ask_model(evidence: GateEvidence, requests: Sequence[Request]) -> tuple[Sequence[Answer], str]:
    """Return the answers and the reason why they are unusable, if they are."""
    try:
        answers = evidence.model.decide(requests)
    except Exception as failure:  # noqa: BLE001 - any error means that requests get no answer
        return (), f"it raised {type(failure).__name__}: {failure}"
    if len(answers) != len(requests):
        return (), "requests stayed without an answer"
    if not all(isfinite(answer.score) for answer in answers):
        return (), "scores are no finite numbers"
    return answers, ""


def _flag_interventions(answers: Sequence[Answer], actions: frozenset[str]) -> FloatArray:
    return np.array([answer.action in actions for answer in answers], dtype=np.float64)
