"""The contract of a system: one time order, nothing of the future, the same again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import numpy as np

from starcase.comparison.segments import segmentations_of
from starcase.contract.case_spec import Case
from starcase.contract.model import Candidate, Metric
from starcase.contract.system import Dataset, Fold, OutcomeKind, System
from starcase.errors import NotIdentifiable
from starcase.evidence import Figure
from starcase.extensions.registry import system_members
from starcase.testing.candidate import candidate_complaints
from starcase.testing.folds import fold_complaints
from starcase.testing.live_metric import live_complaints, traffic_table
from starcase.testing.traffic import traffic_complaints
from starcase.testing.violations import guarded, missing, require

MOST_REQUESTS = 50


def check_system(system: System, case: Case, *, fit: bool = True) -> None:
    """Refuse a system that breaks its contract.

    Looked at: name, kind of outcome and interventions; data read twice is the same; folds and requests in one time
    order with nothing of the future; outcomes aligned with requests and empty where not matured; candidates,
    baselines and metrics with one name each, the objective among them; each candidate's own contract; slices and
    stresses aligned; segmentations and live traffic that repeat themselves, and live metrics on it; harm in figures.

    Args:
        system: the system.
        case: a case of it with small data.
        fit: whether to fit every candidate and baseline; False saves the time.

    Raises:
        ContractBroken: says in words what is wrong.

    >>> from starcase.testing.toy import ToySystem, toy_case
    >>> check_system(ToySystem(), toy_case())
    """
    name = getattr(system, "name", type(system).__name__)
    require(f"the system {name}", system_complaints(system, case, fit=fit))


def system_complaints(system: System, case: Case, *, fit: bool) -> Iterator[str]:
    """What is wrong with a system, sentence by sentence."""
    lacking = list(missing(system, system_members()))
    if lacking:
        yield from lacking
        return
    if not isinstance(system.name, str) or not system.name:
        yield f"its name is {system.name!r}; wanted is text"
    if system.outcome_kind not in get_args(OutcomeKind):
        yield f"its outcomes are {system.outcome_kind!r}; wanted is one of {', '.join(get_args(OutcomeKind))}"
    if not isinstance(system.interventions, frozenset):
        yield f"its interventions are a {type(system.interventions).__name__}; wanted is a frozenset of actions"
    yield from guarded("naming candidates and metrics", lambda: _names(system, case))
    yield from guarded("loading", lambda: _loaded(system, case, fit=fit))


def _names(system: System, case: Case) -> Iterator[str]:
    every: list[Candidate[object] | Metric] = [*system.candidates(case), *system.baselines(case)]
    if not system.baselines(case):
        yield "it has no trivial baseline to hold candidates against"
    yield from _twice("candidates and baselines", [candidate.name for candidate in every])
    metrics = [metric.name for metric in system.metrics(case)]
    yield from _twice("metrics", metrics)
    if case.objective.metric not in metrics:
        yield f"it lacks the case's objective {case.objective.metric!r}; its metrics: {', '.join(metrics)}"
    yield from _twice("live metrics", [metric.name for metric in system.live_metrics(case)])
    yield from _twice("gates", [gate.name for gate in system.gates(case)])
    yield from _twice("segmentations", [one.name for one in segmentations_of(case, system)])


def _twice(what: str, names: list[str]) -> Iterator[str]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two of its {what} go by the name {name!r}"


def _loaded(system: System, case: Case, *, fit: bool) -> Iterator[str]:
    dataset = system.load(case)
    if dataset.check() != system.load(case).check():
        yield "the same data read twice is checked differently"
    since, until = dataset.span()
    if not since < until:
        yield f"its data spans from {since} to {until}; wanted is a first moment before the last"
        return
    yield from guarded("folding", lambda: fold_complaints(dataset, case))
    fold = dataset.folds(count=case.contest.folds)[-1]
    yield from guarded("slicing", lambda: _sliced(system, dataset, fold))
    yield from guarded("telling the harm of serving nobody", lambda: _harm(system, case, dataset, fold))
    yield from guarded("stressing", lambda: _stressed(system, dataset, fold))
    yield from guarded("replaying", lambda: traffic_complaints(system, case, dataset, fold))
    yield from guarded("measuring its traffic", lambda: _live(system, case, dataset, fold))
    yield from guarded("dividing its units", lambda: _divided(system, case, dataset, fold))
    if fit:
        few = list(dataset.requests(fold)[:MOST_REQUESTS])
        for candidate in (*system.candidates(case), *system.baselines(case)):
            for complaint in candidate_complaints(candidate, lambda: dataset.train(fold), few):
                yield f"its candidate {candidate.name}: {complaint}"


def _live(system: System, case: Case, dataset: Dataset, fold: Fold) -> Iterator[str]:
    decisions = traffic_table(system, case, dataset, fold)
    if decisions is None:
        return
    for metric in system.live_metrics(case):
        for complaint in live_complaints(metric, decisions):
            yield f"its live metric {getattr(metric, 'name', metric)!s}: {complaint}"


def _divided(system: System, case: Case, dataset: Dataset, fold: Fold) -> Iterator[str]:
    for one in segmentations_of(case, system):
        try:
            found = one.segments(dataset, fold.train_end)
        except NotIdentifiable:
            continue
        if dict(found) != dict(one.segments(dataset, fold.train_end)):
            yield f"its segmentation {one.name} divides the same units differently when asked again"
        if not all(isinstance(word, str) and word for pair in found.items() for word in pair):
            yield f"its segmentation {one.name} gives something other than text for a unit and its segment"


def _sliced(system: System, dataset: Dataset, fold: Fold) -> Iterator[str]:
    requests = dataset.requests(fold)
    slices = system.slices(requests, dataset.outcomes(fold))
    if slices.height != len(requests):
        yield f"{len(requests)} requests are sliced into {slices.height} rows; wanted is one for each"
    for name, kind in slices.schema.items():
        if str(kind) != "String":
            yield f"the slice {name!r} is {kind}; wanted is text"


def _harm(system: System, case: Case, dataset: Dataset, fold: Fold) -> Iterator[str]:
    known = dataset.retrospect(fold.test_start, fold.test_end)
    arrived = system.environment(case, dataset).arrivals(fold.test_start, fold.test_end)
    if "id" not in known.columns or known["id"].to_list() != [request.id for request in arrived]:
        yield "what history knows of a span does not stand in one row a request, by its `id`"
    figures = system.harm([], [], dataset.retrospect(fold.test_start, fold.test_start))
    if not all(isinstance(figure, Figure) for figure in figures):
        yield "harm is not told in figures"
    for figure in figures:
        if isinstance(figure, Figure) and figure.value:
            yield f"serving nobody does harm: {figure.name} is {figure.value:g}"


def _stressed(system: System, dataset: Dataset, fold: Fold) -> Iterator[str]:
    requests = dataset.requests(fold)[:MOST_REQUESTS]
    stresses = system.stresses(requests, rng=np.random.default_rng(0))
    again = system.stresses(requests, rng=np.random.default_rng(0))
    for name, stressed in stresses.items():
        if [request.id for request in stressed] != [request.id for request in requests]:
            yield f"the stress {name!r} does not keep the requests in their order"
        if repr(list(stressed)) != repr(list(again[name])):
            yield f"the stress {name!r} differs with the same seed"
