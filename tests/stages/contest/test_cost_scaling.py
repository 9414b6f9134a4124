"""The growth of costs is measured on less data, extrapolated to more, and counts on the front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from starcase.cli.progress import ProgressTally
from starcase.compute.executor import InProcess
from starcase.compute.processes import Processes
from starcase.compute.progress import listen_to_progress
from starcase.contract.case_spec import Case, ContestSpec
from starcase.contract.growth import MemoryNeed, ResizedTraining
from starcase.contract.model import Candidate, Model
from starcase.contract.system import Fold
from starcase.errors import CaseFileError, DataError
from starcase.evidence.records import CandidateGrowth, Growth
from starcase.stages.contest import Contest, run
from starcase.testing import ToyCandidate, ToySystem, toy_case
from starcase.testing.toy import ToyDataset, draw_toy_rows

FEWEST = 20


class Elastic(ToyDataset):
    """The toy's rows, which can be resized."""

    grows_by = "rows"

    def thinned(self, fold: Fold, share: float, /, *, rng: np.random.Generator) -> ResizedTraining:
        rows = self.train(fold)
        if rows.height * share < FEWEST:
            raise DataError("too few rows")
        few = rows.sample(fraction=share, seed=int(rng.integers(100)))
        return ResizedTraining(train=few, counts={"rows": few.height}, requests=self.requests(fold))

    def grown(self, fold: Fold, factor: int, /, *, rng: np.random.Generator) -> ResizedTraining:
        del rng
        rows = pl.concat([self.train(fold)] * factor)
        return ResizedTraining(train=rows, counts={"rows": rows.height})


@dataclass(frozen=True, slots=True)
class Square(ToyCandidate):
    """A candidate that predicts memory with the square of its rows, and whose files grow with them."""

    def need(self, train: pl.DataFrame, /) -> MemoryNeed:
        needed = train.height**2 / 1e6
        return MemoryNeed(memory_mb=needed, refused="take fewer rows" if needed > 100 else "")

    def fit(self, train: pl.DataFrame, /, *, rng: np.random.Generator) -> Model:
        return replace(ToyCandidate.fit(self, train, rng=rng), constant=float(train.height))  # type: ignore[type-var]

    def save(self, model: Model, /) -> dict[str, bytes]:
        rows = int(model.constant)  # type: ignore[attr-defined]
        return {**ToyCandidate.save(self, model), "square": bytes(rows**2 // 10)}


class Brittle(ToyCandidate):
    """A candidate that cannot be fitted on little data."""

    def fit(self, train: pl.DataFrame, /, *, rng: np.random.Generator) -> Model:
        if train.height < 600:
            raise ValueError("singular")
        return super().fit(train, rng=rng)


class ElasticSystem(ToySystem):
    def load(self, case: Case) -> ToyDataset:
        return Elastic(draw_toy_rows(case.seed))

    def candidates(self, case: Case) -> Sequence[Candidate[Any]]:
        return (*super().candidates(case), Square("square", 5, "x"), Brittle("brittle", 6, "x"))


def hold(executor: InProcess | Processes | None = None, **contest: Any) -> Contest:
    case = replace(toy_case(), contest=ContestSpec(folds=1, trials=1, **contest))
    system = ElasticSystem()
    return run(case, system, system.load(case), list(system.candidates(case)), executor or InProcess())


@pytest.fixture(scope="module")
def held() -> Contest:
    return hold()


@pytest.fixture(scope="module")
def grown(held: Contest) -> Growth:
    assert held.cost.growth is not None
    return held.cost.growth


def of(grown: Growth, name: str) -> CandidateGrowth:
    return next(one for one in grown.candidates if one.candidate == name)


def test_every_size_is_measured(grown: Growth) -> None:
    assert grown.what == "rows"
    assert [size.factor for size in grown.sizes] == [0.0625, 0.125, 0.25, 0.5, 1.0, 4, 16]
    counts = [size.counts[0].value for size in grown.sizes]
    assert counts[-1] == 16 * counts[4]


def test_artefact_size_has_its_own_scaling_exponent(grown: Growth) -> None:
    exponents = {f.name: f for f in of(grown, "square").exponents}
    assert exponents["artefact size"].value == pytest.approx(2, abs=0.1)
    assert {f.name: f for f in of(grown, "strong").exponents}["artefact size"].value == pytest.approx(0, abs=0.1)


def test_memory_is_predicted_before_fitting_and_refused_above_the_limit(grown: Growth) -> None:
    points = {point.factor: point for point in of(grown, "square").points}
    rows = grown.sizes[4].counts[0].value
    for factor in (1, 4, 16):
        foretold = points[factor].foretold
        assert foretold is not None
        assert foretold.value == pytest.approx((factor * rows) ** 2 / 1e6)
    assert points[16].refused == "take fewer rows"
    assert not points[16].figures
    assert not points[1].refused


def test_a_candidate_that_fails_on_little_data_is_reported_and_the_contest_continues(grown: Growth) -> None:
    points = {point.factor: point for point in of(grown, "brittle").points}
    assert points[0.0625].refused == "ValueError: singular"
    assert points[1.0].figures


def test_costs_beyond_the_data_are_extrapolated_by_the_exponent(grown: Growth) -> None:
    one = of(grown, "strong")
    power = {f.name: f for f in one.exponents}["p50 latency"]
    points = {point.factor: {f.name: f for f in point.figures} for point in one.points}
    now, later = points[1.0]["p50 latency"], points[16]["p50 latency"]
    assert later.value == pytest.approx(now.value * 16**power.value)
    assert later.low is not None
    assert later.high is not None
    assert later.low <= later.value <= later.high


def test_growth_is_a_criterion_of_the_front(held: Contest) -> None:
    assert held.cost.counted == ("p50 latency", "artefact size", "fit memory", "complexity", "growth")
    places = {place.candidate: place for place in held.cost.places}
    assert {name for name, place in places.items() if not place.behind} == set(held.cost.front)
    assert all(place.why for place in places.values() if not place.behind)
    assert "grows slowest" not in places["square"].why


def test_workers_measure_the_same_sizes(grown: Growth) -> None:
    other = hold(Processes(2)).cost.growth
    assert other is not None
    assert other.sizes == grown.sizes
    assert [one.candidate for one in other.candidates] == [one.candidate for one in grown.candidates]


def test_all_expected_fits_are_done() -> None:
    heard = ProgressTally()
    with listen_to_progress(heard):
        hold(growth=(0.25, 0.5))
    assert heard.done == heard.expected


def test_growth_is_not_measured_unless_requested(held: Contest) -> None:
    without = hold(growth=())
    assert without.cost.growth is None
    assert "growth" not in without.cost.counted
    assert without.record == held.record


def test_a_system_that_cannot_be_resized_is_skipped() -> None:
    case, system = toy_case(), ToySystem()
    assert run(case, system, system.load(case), list(system.candidates(case)), InProcess()).cost.growth is None


@pytest.mark.parametrize("shares", [(0.5,), (0.5, 0.5), (0.0, 0.5), (0.5, 1.0), (0.25, -0.5)])
def test_invalid_shares_are_refused_with_the_mend(shares: tuple[float, ...]) -> None:
    with pytest.raises(CaseFileError, match="at least 2 different"):
        ContestSpec(growth=shares)
