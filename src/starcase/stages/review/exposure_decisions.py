"""The decisions of an exposure: the challenger's answers, the champion's to the same requests, and the outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from starcase.contract.model import Model
from starcase.contract.request import Answer, Request
from starcase.contract.system import Dataset, System
from starcase.evidence import DecisionLog, Figure
from starcase.evidence.decisions import ServedDecision
from starcase.stages.review.exposure import ReviewedExposure

PAGE = 5_000


@dataclass(frozen=True)
class ExposureDecisions:
    """The aligned decisions of an exposure; those without a known outcome are counted and left out.

    Args:
        system: tells harm and slices.
        requests: as they were asked, with the features of their moment.
        served: what the challenger answered.
        instead: what the champion answers to the same requests.
        retrospect: what history knows of each of them today.
        unknown: decisions of which it knows nothing yet.
    """

    system: System
    requests: Sequence[Request]
    served: Sequence[Answer]
    instead: Sequence[Answer]
    retrospect: pl.DataFrame
    unknown: int

    @cached_property
    def harm(self) -> tuple[Figure, ...]:
        """The harm of serving the challenger that serving the champion would not have done."""
        return tuple(self.system.harm(self.served, self.instead, self.retrospect)) if self.requests else ()

    @cached_property
    def harmed(self) -> npt.NDArray[np.bool_]:
        """(n,) the decisions that did harm, by the first figure of ``System.harm``, found by bisection."""
        found = np.zeros(len(self.requests), dtype=np.bool_)
        if self.harm and self.harm[0].value > 0:
            self._halve(0, len(self.requests), found)
        return found

    def _halve(self, start: int, stop: int, found: npt.NDArray[np.bool_]) -> None:
        part = slice(start, stop)
        if not self.system.harm(self.served[part], self.instead[part], self.retrospect[part])[0].value:
            return
        if stop - start == 1:
            found[start] = True
            return
        middle = (start + stop) // 2
        self._halve(start, middle, found)
        self._halve(middle, stop, found)


def collect_exposed_decisions(
    log: DecisionLog, exposure: ReviewedExposure, champion: Model, system: System, dataset: Dataset
) -> ExposureDecisions:
    """Collect the challenger's decisions in ``exposure``, and the champion's answers to the same requests.

    The requests come from the decision log, so that the champion sees what was known then.
    """
    decisions = _read_served(log, exposure)
    known = dataset.retrospect(exposure.since, exposure.until + 1)
    place = {id_: row for row, id_ in enumerate(known["id"].to_list())}
    told = [one for one in decisions if one.id in place]
    requests = [Request(one.id, one.unit, one.at, one.features) for one in told]
    return ExposureDecisions(
        system=system,
        requests=requests,
        served=[Answer(one.action, one.score, one.content) for one in told],
        instead=champion.decide(requests) if requests else (),
        retrospect=known[[place[one.id] for one in told]],
        unknown=len(decisions) - len(told),
    )


def _read_served(log: DecisionLog, exposure: ReviewedExposure) -> list[ServedDecision]:
    """Read the challenger's own answers; where it failed and the champion answered, it did nothing."""
    found: list[ServedDecision] = []
    after = 0
    while exposure.served and (page := log.read(after, PAGE)):
        found += [one for one in page if one.model == exposure.model and exposure.since <= one.at <= exposure.until]
        after = page[-1].seq
    return found
