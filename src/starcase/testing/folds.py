"""The contract of a dataset's folds: one time order, and no information from the future."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import polars as pl

from starcase.contract.case_spec import Case
from starcase.contract.system import Dataset, Fold

COLUMNS = {"id", "unit", "cluster", "at", "matured", "outcome"}
TRAINED = {"id", "cluster", "at", "known_at", "outcome", "features"}


def find_fold_complaints(dataset: Dataset, case: Case) -> Iterator[str]:
    """Yield the complaints about a dataset's folds."""
    count = case.contest.folds
    folds = dataset.folds(count=count)
    if len(folds) != count:
        yield f"it gives {len(folds)} folds where {count} are requested"
    if len({fold.name for fold in folds}) < len(folds):
        yield "two folds have the same name"
    for before, after in pairwise(folds):
        if after.test_start < before.test_end:
            yield f"the fold {after.name} begins before {before.name} ends"
    for fold in folds:
        yield from _check_fold(dataset, fold, case.contest.windows)
    since, until = dataset.span()
    middle = (since + until) // 2
    for fold in dataset.folds(count=1, until=middle):
        if fold.known_by > middle or fold.test_end > middle:
            yield f"a fold reaches {max(fold.known_by, fold.test_end)} where folds until {middle} are requested"


def _check_fold(dataset: Dataset, fold: Fold, count: int) -> Iterator[str]:
    if not fold.train_end <= fold.test_start < fold.test_end <= fold.known_by:
        yield f"the times of {fold.name} are out of order: {fold}"
    yield from _check_inner_folds(dataset, fold, count)
    yield from _check_requests(dataset, fold)
    yield from _check_outcomes(dataset, fold)
    trained = dataset.training_rows(fold)
    if TRAINED - set(trained.columns):
        yield f"the training rows of {fold.name} lack {', '.join(sorted(TRAINED - set(trained.columns)))}"
    elif trained.height and int(trained.select(pl.col("known_at").max()).item()) > fold.train_end:
        yield f"{fold.name} trains on an outcome that arrived after its training time"


def _check_inner_folds(dataset: Dataset, fold: Fold, count: int) -> Iterator[str]:
    inner = dataset.inner(fold, count=count)
    if not 1 <= len(inner) <= count:
        yield f"it gives {len(inner)} inner folds of {fold.name} where 1 to {count} are requested"
    for before, after in pairwise(inner):
        if after.test_start < before.test_end:
            yield f"the inner fold {after.name} begins before {before.name} ends"
    for one in inner:
        if not one.train_end <= one.test_start < one.test_end <= fold.train_end:
            yield f"the times of the inner fold {one.name} are out of order or after training time"
        if one.known_by > fold.train_end:
            yield f"the inner fold {one.name} uses outcomes known by {one.known_by}, after training time"


def _check_requests(dataset: Dataset, fold: Fold) -> Iterator[str]:
    times = [request.at for request in dataset.requests(fold)]
    if not times:
        yield f"{fold.name} has no requests"
        return
    if times != sorted(times):
        yield f"the requests of {fold.name} are not in time order"
    if min(times) < fold.test_start or max(times) >= fold.test_end:
        yield f"requests of {fold.name} lie outside its test span"


def _check_outcomes(dataset: Dataset, fold: Fold) -> Iterator[str]:
    outcomes = dataset.outcomes(fold)
    lacking = COLUMNS - set(outcomes.columns)
    if lacking:
        yield f"the outcomes of {fold.name} lack {', '.join(sorted(lacking))}"
        return
    if outcomes["id"].to_list() != [request.id for request in dataset.requests(fold)]:
        yield f"the outcomes of {fold.name} are not aligned with its requests"
    if outcomes.filter(~pl.col("matured") & pl.col("outcome").is_not_null()).height:
        yield f"{fold.name} shows outcomes that have not matured"
    if not outcomes["matured"].any():
        yield f"no outcome of {fold.name} has matured"
