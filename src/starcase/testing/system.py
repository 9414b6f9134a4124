"""The contract of a system: one time order, no information from the future, deterministic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import numpy as np

from starcase.comparison.segments import list_segmentations
from starcase.contract.case_spec import Case
from starcase.contract.model import Candidate, Metric
from starcase.contract.system import Dataset, Fold, OutcomeKind, System
from starcase.errors import NotIdentifiable
from starcase.evidence import Figure
from starcase.extensions.registry import list_system_members
from starcase.testing.candidate import find_candidate_complaints
from starcase.testing.folds import find_fold_complaints
from starcase.testing.live_metric import build_traffic_table, find_live_metric_complaints
from starcase.testing.traffic import find_traffic_complaints
from starcase.testing.violations import collect_complaints, find_missing, require

MOST_REQUESTS = 50


def check_system(system: System, case: Case, *, fit: bool = True) -> None:
    """Raise ContractBroken where a system breaks its contract.

    Checked: name, kind of outcome and interventions; data read twice is the same; folds and requests in one time
    order with nothing of the future; outcomes aligned with requests and empty where not matured; candidates,
    baselines and metrics with one name each, the objective among them; each candidate's own contract; slices and
    stresses aligned; segmentations and live traffic that repeat themselves, and live metrics on it; harm in figures.

    Args:
        system: the system.
        case: a case of it with small data.
        fit: whether to fit every candidate and baseline; False is faster.

    Raises:
        ContractBroken: lists the complaints.

    >>> from starcase.testing.toy import ToySystem, toy_case
    >>> check_system(ToySystem(), toy_case())
    """
    name = getattr(system, "name", type(system).__name__)
    require(f"the system {name}", find_system_complaints(system, case, fit=fit))


def find_system_complaints(system: System, case: Case, *, fit: bool) -> Iterator[str]:
    """Yield the complaints about a system."""
    lacking = list(find_missing(system, list_system_members()))
    if lacking:
        yield from lacking
        return
    if not isinstance(system.name, str) or not system.name:
        yield f"its name is {system.name!r}; text is required"
    if system.outcome_kind not in get_args(OutcomeKind):
        yield f"its outcomes are {system.outcome_kind!r}; it must be one of {', '.join(get_args(OutcomeKind))}"
    if not isinstance(system.interventions, frozenset):
        yield f"its interventions are a {type(system.interventions).__name__}; a frozenset of actions is required"
    yield from collect_complaints("naming candidates and metrics", lambda: _check_names(system, case))
    yield from collect_complaints("loading", lambda: _check_dataset(system, case, fit=fit))


def _check_names(system: System, case: Case) -> Iterator[str]:
    every: list[Candidate[object] | Metric] = [*system.candidates(case), *system.baselines(case)]
    if not system.baselines(case):
        yield "it has no trivial baseline to compare candidates with"
    yield from _find_duplicates("candidates and baselines", [candidate.name for candidate in every])
    metrics = [metric.name for metric in system.metrics(case)]
    yield from _find_duplicates("metrics", metrics)
    if case.objective.metric not in metrics:
        yield f"it lacks the case's objective {case.objective.metric!r}; its metrics: {', '.join(metrics)}"
    yield from _find_duplicates("live metrics", [metric.name for metric in system.live_metrics(case)])
    yield from _find_duplicates("gates", [gate.name for gate in system.gates(case)])
    yield from _find_duplicates("segmentations", [one.name for one in list_segmentations(case, system)])


def _find_duplicates(what: str, names: list[str]) -> Iterator[str]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two of its {what} have the name {name!r}"


def _check_dataset(system: System, case: Case, *, fit: bool) -> Iterator[str]:
    dataset = system.load(case)
    if dataset.check() != system.load(case).check():
        yield "two loads of the same data give different check records"
    since, until = dataset.span()
    if not since < until:
        yield f"its data spans from {since} to {until}; the start must be before the end"
        return
    yield from collect_complaints("folding", lambda: find_fold_complaints(dataset, case))
    fold = dataset.folds(count=case.contest.folds)[-1]
    yield from collect_complaints("slicing", lambda: _check_slices(system, dataset, fold))
    yield from collect_complaints("measuring harm without decisions", lambda: _check_harm(system, case, dataset, fold))
    yield from collect_complaints("stressing", lambda: _check_stresses(system, dataset, fold))
    yield from collect_complaints("replaying", lambda: find_traffic_complaints(system, case, dataset, fold))
    yield from collect_complaints("measuring its traffic", lambda: _check_live_metrics(system, case, dataset, fold))
    yield from collect_complaints("dividing its units", lambda: _check_segmentations(system, case, dataset, fold))
    if fit:
        few = list(dataset.requests(fold)[:MOST_REQUESTS])
        for candidate in (*system.candidates(case), *system.baselines(case)):
            for complaint in find_candidate_complaints(candidate, lambda: dataset.train(fold), few):
                yield f"its candidate {candidate.name}: {complaint}"


def _check_live_metrics(system: System, case: Case, dataset: Dataset, fold: Fold) -> Iterator[str]:
    decisions = build_traffic_table(system, case, dataset, fold)
    if decisions is None:
        return
    for metric in system.live_metrics(case):
        for complaint in find_live_metric_complaints(metric, decisions):
            yield f"its live metric {getattr(metric, 'name', metric)!s}: {complaint}"


def _check_segmentations(system: System, case: Case, dataset: Dataset, fold: Fold) -> Iterator[str]:
    for one in list_segmentations(case, system):
        try:
            found = one.segments(dataset, fold.train_end)
        except NotIdentifiable:
            continue
        if dict(found) != dict(one.segments(dataset, fold.train_end)):
            yield f"its segmentation {one.name} assigns the same units differently in a second call"
        if not all(isinstance(word, str) and word for pair in found.items() for word in pair):
            yield f"its segmentation {one.name} has a unit or a segment that is not text"


def _check_slices(system: System, dataset: Dataset, fold: Fold) -> Iterator[str]:
    requests = dataset.requests(fold)
    slices = system.slices(requests, dataset.outcomes(fold))
    if slices.height != len(requests):
        yield f"{len(requests)} requests are sliced into {slices.height} rows; one row for each is required"
    for name, kind in slices.schema.items():
        if str(kind) != "String":
            yield f"the slice {name!r} is {kind}; text is required"


def _check_harm(system: System, case: Case, dataset: Dataset, fold: Fold) -> Iterator[str]:
    known = dataset.retrospect(fold.test_start, fold.test_end)
    arrived = system.environment(case, dataset).arrivals(fold.test_start, fold.test_end)
    if "id" not in known.columns or known["id"].to_list() != [request.id for request in arrived]:
        yield "its retrospect does not hold one row for each request, in order, with the request's `id`"
    figures = system.harm([], [], dataset.retrospect(fold.test_start, fold.test_start))
    if not all(isinstance(figure, Figure) for figure in figures):
        yield "its harm is not a sequence of figures"
    for figure in figures:
        if isinstance(figure, Figure) and figure.value:
            yield f"harm without decisions is not zero: {figure.name} is {figure.value:g}"


def _check_stresses(system: System, dataset: Dataset, fold: Fold) -> Iterator[str]:
    requests = dataset.requests(fold)[:MOST_REQUESTS]
    stresses = system.stresses(requests, rng=np.random.default_rng(0))
    again = system.stresses(requests, rng=np.random.default_rng(0))
    for name, stressed in stresses.items():
        if [request.id for request in stressed] != [request.id for request in requests]:
            yield f"the stress {name!r} changes the requests or their order"
        if repr(list(stressed)) != repr(list(again[name])):
            yield f"the stress {name!r} differs with the same seed"
