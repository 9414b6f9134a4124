from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from starcase.contract.case_spec import Case
from starcase.contract.request import Answer, Request, RequestTable
from starcase.contract.system import Fold
from starcase.evidence import Figure, Outcome
from starcase.testing import ContractBroken, ToyCandidate, ToySystem, check_system, toy_case
from starcase.testing.toy import ToyDataset, ToyEnvironment, ToyErrors, draw_toy_rows


class Data(ToyDataset):
    """A dataset into which tests plant faults."""


def with_data(data: type[ToyDataset]) -> ToySystem:
    class Planted(ToySystem):
        def load(self, case: Case) -> ToyDataset:
            return data(draw_toy_rows(case.seed))

    return Planted()


class Backwards(Data):
    def requests(self, fold: Fold) -> RequestTable:
        return super().requests(fold)[::-1]


class Overlaps(Data):
    def folds(self, *, count: int, since: int | None = None, until: int | None = None) -> Sequence[Fold]:
        folds = super().folds(count=count, since=since, until=until)
        return [replace(fold, test_start=fold.test_start - 300, train_end=fold.train_end - 300) for fold in folds]


class TrainsOnTomorrow(Data):
    def training_rows(self, fold: Fold) -> pl.DataFrame:
        return super().training_rows(replace(fold, train_end=fold.train_end + 500))


class TunesOnTomorrow(Data):
    def inner(self, fold: Fold, *, count: int) -> Sequence[Fold]:
        return [replace(one, known_by=fold.test_end) for one in super().inner(fold, count=count)]


class TunesNowhere(Data):
    def inner(self, fold: Fold, *, count: int) -> Sequence[Fold]:
        return []


class TunesOutOfOrder(Data):
    def inner(self, fold: Fold, *, count: int) -> Sequence[Fold]:
        return super().inner(fold, count=count)[::-1]


class IgnoresUntil(Data):
    def folds(self, *, count: int, since: int | None = None, until: int | None = None) -> Sequence[Fold]:
        return super().folds(count=count, since=since)


class TellsTooEarly(Data):
    def outcomes(self, fold: Fold) -> pl.DataFrame:
        early = replace(fold, known_by=fold.test_end)
        return super().outcomes(early).with_columns(outcome=pl.lit(1.0))


class Misaligned(Data):
    def outcomes(self, fold: Fold) -> pl.DataFrame:
        return super().outcomes(fold).reverse()


class FewFolds(Data):
    def folds(self, *, count: int, since: int | None = None, until: int | None = None) -> Sequence[Fold]:
        return super().folds(count=max(1, count - 1), since=since, until=until)


class Restless(ToySystem):
    def load(self, case: Case) -> ToyDataset:
        return ToyDataset(draw_toy_rows(int(np.random.default_rng().integers(10**9))))


class NoBaseline(ToySystem):
    def baselines(self, case: Case) -> Sequence[Any]:
        return ()


class Twins(ToySystem):
    def candidates(self, case: Case) -> Sequence[Any]:
        return (ToyCandidate("constant", 1, "x"), *super().candidates(case))


class Slices(ToySystem):
    def slices(self, requests: Sequence[Request], outcomes: pl.DataFrame) -> pl.DataFrame:
        return super().slices(requests, outcomes)[:-1].select(pl.lit(1).alias("side"))


class Stress(ToySystem):
    def stresses(self, requests: Sequence[Request], *, rng: np.random.Generator) -> Mapping[str, Sequence[Request]]:
        return {"whim": super().stresses(requests, rng=np.random.default_rng())["missing values"]}


class Traffic(ToyEnvironment):
    def arrivals(self, since: int, until: int) -> Iterator[Request]:
        return reversed(list(super().arrivals(since, until)))

    def outcome(self, request: Request, served: Answer) -> Outcome | None:
        return Outcome(request.id, "bad", 1.0, request.at - 1)


class BadTraffic(ToySystem):
    def environment(self, case: Case, dataset: ToyDataset) -> ToyEnvironment:
        return Traffic(dataset)


class Unaware(ToySystem):
    def live_metrics(self, case: Case) -> Sequence[Any]:
        return (ToyErrors("error_rate", among_good=False, outcome=""), ToyErrors("error_rate", among_good=True))


class Candidates(ToySystem):
    def candidates(self, case: Case) -> Sequence[Any]:
        return (ToyCandidate("weak", -1, "x"), *super().candidates(case)[1:])


class Interventions(ToySystem):
    interventions = {"block"}  # type: ignore[assignment]  # noqa: RUF012


class Kind(ToySystem):
    outcome_kind = "text"  # type: ignore[assignment]


class Blames(ToySystem):
    def harm(self, served: Sequence[Answer], instead: Sequence[Answer], retrospect: pl.DataFrame) -> Sequence[Figure]:
        return [replace(figure, value=3) for figure in super().harm(served, instead, retrospect)]


class Shrugs(ToySystem):
    def harm(self, served: Sequence[Answer], instead: Sequence[Answer], retrospect: pl.DataFrame) -> Any:
        return ["none"]


def test_the_toy_system_passes_the_check() -> None:
    check_system(ToySystem(), toy_case())


@pytest.mark.parametrize(
    ("system", "words"),
    [
        (with_data(Backwards), "are not in time order"),
        (with_data(Overlaps), "begins before fold-1 ends"),
        (with_data(TrainsOnTomorrow), "trains on an outcome that arrived after its training time"),
        (with_data(TunesOnTomorrow), "uses outcomes known by"),
        (with_data(TunesNowhere), "it gives 0 inner folds of fold-1 where 1 to 3 are requested"),
        (with_data(TunesOutOfOrder), "the inner fold fold-1-inner-2 begins before fold-1-inner-3 ends"),
        (with_data(IgnoresUntil), "where folds until 1500 are requested"),
        (with_data(TellsTooEarly), "shows outcomes that have not matured"),
        (with_data(Misaligned), "are not aligned with its requests"),
        (with_data(FewFolds), "it gives 2 folds where 3 are requested"),
        (Restless(), "two loads of the same data give different check records"),
        (NoBaseline(), "it has no trivial baseline"),
        (Twins(), "have the name 'constant'"),
        (Slices(), "one row for each is required"),
        (Slices(), "text is required"),
        (Stress(), "the stress 'whim' differs with the same seed"),
        (BadTraffic(), "requests do not arrive in time order"),
        (BadTraffic(), "is known before its request"),
        (Unaware(), "two of its live metrics have the name 'error_rate'"),
        (Unaware(), "its live metric error_rate: its outcome is ''"),
        (Candidates(), "its candidate weak: its complexity is -1"),
        (Blames(), "harm without decisions is not zero: good ones blocked is 3"),
        (Shrugs(), "its harm is not a sequence of figures"),
        (Interventions(), "its interventions are a set"),
        (Kind(), "its outcomes are 'text'"),
        (object(), "it has no `baselines`"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_each_violation_is_reported(system: Any, words: str) -> None:
    with pytest.raises(ContractBroken) as caught:
        check_system(system, toy_case(), fit=isinstance(system, Candidates))
    assert words in str(caught.value)


def test_a_missing_objective_metric_is_reported() -> None:
    from starcase.contract.case_spec import ObjectiveSpec

    with pytest.raises(ContractBroken, match="it lacks the case's objective 'recall'"):
        check_system(ToySystem(), toy_case(objective=ObjectiveSpec(metric="recall")), fit=False)
