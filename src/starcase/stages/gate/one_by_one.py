"""The gate on batch independence: a model answers a single request as it does in a batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from starcase.contract.answer_comparison import is_close, is_same_answer
from starcase.contract.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.stages.gate.limit_check import build_unknown_result, check_limit


@dataclass(frozen=True, slots=True, kw_only=True)
class OneByOne:
    """A request alone gets the answer and the score that it gets among all others.

    A contest asks for many answers at once, live traffic for one at a time: a model that standardises within the batch
    is measured as another one than serves.

    Args:
        requests: how many of the test span are asked for one by one, evenly spread over it.

    >>> OneByOne(requests=50).required
    'each of 50 requests gets the same answer and score alone as among all others'
    """

    requests: int = 100
    name: str = "one_by_one"

    @property
    def judges_refit(self) -> bool:
        """It needs no unseen rows."""
        return True

    @property
    def required(self) -> str:
        """The condition in words."""
        return f"each of {self.requests} requests gets the same answer and score alone as among all others"

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Return the number of requests with another answer when asked singly."""
        n = len(evidence.requests)
        if n == 0:
            return build_unknown_result(self, "there is no request in the test span")
        places = np.unique(np.linspace(0, n - 1, min(self.requests, n)).astype(int)).tolist()
        differ = []
        for place in places:
            (alone,) = evidence.model.decide((evidence.requests[place],))
            among = evidence.answers[place]
            if not (is_same_answer(alone, among) and is_close(alone.score, among.score)):
                differ.append(evidence.requests[place].id)
        counted = Figure(
            name="requests answered otherwise alone than among all others", value=len(differ), unit="count",
            n=len(places), evidence_class="offline",
        )  # fmt: skip
        first = f"among them {', '.join(differ[:3])}: answers depend on other requests of the batch" if differ else ""
        return check_limit(self, counted, 0.0, why=first)
