"""Models fitted as time goes on: each on what was known at the beginning of the days it serves."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from benchmarks.fraud.stream import CHALLENGER, CHAMPION, day

from starcase.contract.system import Fold
from starcase.systems.fraud.candidate import FraudCandidate
from starcase.systems.fraud.dataset import FraudDataset
from starcase.systems.fraud.learners.baselines import AmountScorer
from starcase.systems.fraud.model import FraudModel, ModelState

# The book trains on a week, waits a week for the labels and tests on the week after. Sixty labelled days are there from
# day 67 on; until then models are fitted now and then, so that everything is served by something.
WARM_UP = (14, 28, 45)
WEEKS = (66, 73, 80, 87, 94, 101, 108, 115)
LONGEST = 67
UNTRAINED = "amount_rule"


@dataclass(frozen=True, slots=True)
class Shift:
    """Days ``[first, last)`` and who serves them; ``week`` where they are one of the weeks that are measured."""

    first: int
    last: int
    champion: FraudModel
    challenger: FraudModel
    week: bool

    @property
    def trained(self) -> bool:
        """Whether both have learnt from labels."""
        return self.champion.state.kind != UNTRAINED


def shifts(
    dataset: FraudDataset, candidates: dict[str, FraudCandidate], days: int, said: Callable[[str], None]
) -> Iterator[Shift]:
    """Who serves when, in order; before any label is known a rule that needs none."""
    starts = [first for first in (*WARM_UP, *WEEKS) if first < days]
    rule = _rule(dataset)
    yield Shift(0, min(starts[0], days) if starts else days, rule, rule, week=False)
    for first, last in zip(starts, [*starts[1:], days], strict=True):
        models = {}
        for name in (CHAMPION, CHALLENGER):
            said(f"fitting {name} for day {first}")
            models[name] = fitted(dataset, candidates[name], first)
        yield Shift(first, last, models[CHAMPION], models[CHALLENGER], week=first in WEEKS)


def fitted(dataset: FraudDataset, candidate: FraudCandidate, first: int) -> FraudModel:
    """The candidate fitted on what was known when day ``first`` began."""
    model = candidate.fit(dataset.train(week_of(first), since=day(first - LONGEST)), rng=np.random.default_rng(first))
    gc.collect()
    return model


def week_of(first: int) -> Fold:
    """The week that begins with day ``first``, all its labels arrived."""
    return Fold(
        name=f"day-{first}", train_end=day(first), test_start=day(first), test_end=day(first + 7), known_by=2**62
    )


def _rule(dataset: FraudDataset) -> FraudModel:
    place = dataset.features.columns.index("amount")
    return FraudModel(
        ModelState(UNTRAINED, tuple(dataset.features.columns), 1.0, None), AmountScorer(place, scale=100.0)
    )
