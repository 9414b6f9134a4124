"""The gate that compares the answers of the model that goes live with those of the measured fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from starcase.contract.answer_comparison import measure_distance
from starcase.contract.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.stages.gate.limit_check import build_unknown_result, check_limit

OF_LISTS = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The fit on everything known answers much as the fit of the last fold, which is the one that was measured.

    ``measure_distance`` says how far two answers are apart: 0 for the same, 1 for another action or for lists with
    nothing in common. Two fits of one recommender share a part of their lists at best, so that a system of rankings
    tolerates more (``OF_LISTS``).

    Args:
        allowed: the mean distance tolerated, 0 to 1.
        requests: how many of the test span are compared, evenly spread over it.

    >>> Agreement(allowed=0.5).required
    'the fit on everything known lies at most 0.5 from the fit that was measured (0: same answers, 1: others)'
    """

    allowed: float = 0.1
    requests: int = 5_000
    name: str = "agreement"

    @property
    def required(self) -> str:
        """The condition in words."""
        return (
            f"the fit on everything known lies at most {self.allowed:g} from the fit that was measured "
            "(0: same answers, 1: others)"
        )

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Return the mean distance between both fits' answers to the same requests."""
        if evidence.refit is None:
            same = Figure(name="distance from the measured fit", value=0.0, unit="share", evidence_class="offline")
            return check_limit(self, same, self.allowed, why="the model that goes live is the one that was measured")
        n = len(evidence.answers)
        if n == 0:
            return build_unknown_result(self, "there is no request in the test span")
        places = np.unique(np.linspace(0, n - 1, min(self.requests, n)).astype(int)).tolist()
        apart = [measure_distance(evidence.answers[place], evidence.refit.answers[place]) for place in places]
        figure = Figure(
            name="distance from the measured fit", value=float(np.mean(apart)), unit="share", n=len(places),
            evidence_class="offline",
        )  # fmt: skip
        return check_limit(self, figure, self.allowed)
