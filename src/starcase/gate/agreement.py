"""Is the model that goes live still the one that was measured?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from starcase.case.answers import distance
from starcase.case.request import Answer
from starcase.case.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.gate.judgement import at_most, unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The fit on everything known answers much as the fit of the last fold, which is the one that was measured.

    Requests on which neither intervenes say nothing where a system has actions that touch somebody: only the others
    count there. What each answer differs by is ``case.answers.distance``: 0 for the same, 1 for nothing in common.

    Args:
        allowed: the mean distance tolerated, 0 to 1.
        requests: how many of the test span are compared, evenly spread over it.

    >>> Agreement(allowed=0.5).required
    'the fit on everything known lies at most 0.5 from the fit that was measured (0: same answers, 1: others)'
    """

    allowed: float = 0.9
    requests: int = 2_000
    name: str = "agreement"

    @property
    def required(self) -> str:
        """The condition in words."""
        return (
            f"the fit on everything known lies at most {self.allowed:g} from the fit that was measured "
            "(0: same answers, 1: others)"
        )

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """The mean distance between both fits' answers to the same requests."""
        if evidence.refit is None:
            same = Figure(name="distance from the measured fit", value=0.0, unit="share", evidence_class="offline")
            return at_most(self, same, self.allowed, why="the model that goes live is the one that was measured")
        n = len(evidence.answers)
        if n == 0:
            return unknown(self, "there is no request in the test span")
        touching = evidence.system.interventions
        pairs = [(evidence.answers[place], evidence.refit.answers[place]) for place in self._places(evidence, touching)]
        apart = float(np.mean([distance(one, other) for one, other in pairs])) if pairs else 0.0
        figure = Figure(
            name="distance from the measured fit", value=apart, unit="share", n=len(pairs), evidence_class="offline"
        )
        return at_most(self, figure, self.allowed, why="" if pairs else "neither fit intervenes on any request")

    def _places(self, evidence: GateEvidence, touching: frozenset[str]) -> list[int]:
        assert evidence.refit is not None
        both = zip(evidence.answers, evidence.refit.answers, strict=True)
        places = [
            place for place, pair in enumerate(both) if not touching or any(_touches(one, touching) for one in pair)
        ]
        if len(places) <= self.requests:
            return places
        spread = np.unique(np.linspace(0, len(places) - 1, self.requests).astype(int)).tolist()
        return [places[one] for one in spread]


def _touches(answer: Answer, touching: frozenset[str]) -> bool:
    return answer.action in touching
