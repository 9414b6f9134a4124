"""The recommender dataset of a case: folds, requests, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from starcase.contract.growth import ResizedTraining
from starcase.contract.request import RequestTable
from starcase.contract.system import Fold
from starcase.evidence.records import CheckRecord, Finding
from starcase.systems.recommend.bounded_cache import compute_cached
from starcase.systems.recommend.check import build_check_record
from starcase.systems.recommend.dataset_scaling import GROWS_BY, grow_dataset, shrink_dataset
from starcase.systems.recommend.evaluation_span import build_requests, collect_targets
from starcase.systems.recommend.folds import split_by_time, split_inner_folds
from starcase.systems.recommend.interactions import Interactions
from starcase.systems.recommend.options import RecommendOptions
from starcase.systems.recommend.request_features import build_schema
from starcase.systems.recommend.training import TrainingSet, build_training_set
from starcase.systems.recommend.visits import Visits

TRAINED = {
    "id": pl.String(), "cluster": pl.String(), "at": pl.Int64(), "known_at": pl.Int64(), "outcome": pl.Float64(),
}  # fmt: skip
KEPT = 4
RETROSPECT = {
    "id": pl.String(), "unit": pl.String(), "cluster": pl.String(), "at": pl.Int64(), "matured": pl.Boolean(),
    "outcome": pl.Float64(), "targets": pl.List(pl.String()), "past": pl.Int64(),
}  # fmt: skip


@dataclass(frozen=True)
class RecommendDataset:
    """Interactions in one global order of time.

    In a fold every user of the test span has one request, at its beginning, and takes items until its end. In
    live traffic each basket is a request.

    Args:
        interactions: as read.
        options: the task, the catalogue, the features of a request.
        delay: time after a live request in which a taken item counts, microseconds.
        notes: further findings of the check.
    """

    interactions: Interactions
    options: RecommendOptions
    delay: int = 0
    notes: tuple[Finding, ...] = ()
    grows_by = GROWS_BY

    @cached_property
    def visits(self) -> Visits:
        """The baskets, one request for each."""
        return Visits(self.interactions, self.options, self.delay)

    def check(self) -> CheckRecord:
        """The fingerprint, the first figures and the findings."""
        return self._checked

    @cached_property
    def _checked(self) -> CheckRecord:
        (fold,) = self.folds(count=1)
        found = build_check_record(self.interactions, self.outcomes(fold), self.options.task)
        return replace(found, findings=(*found.findings, *self.notes))

    def span(self) -> tuple[int, int]:
        """The first time and the time after the last one, microseconds UTC."""
        return int(self.interactions.at[0]), int(self.interactions.at[-1]) + 1

    def folds(self, *, count: int, since: int | None = None, until: int | None = None) -> Sequence[Fold]:
        """``count`` folds in time order, split at one moment for all users."""
        first, last = self.span()
        start, end = first if since is None else since, last if until is None else until
        return split_by_time(self.interactions.at, count=count, since=start, until=end)

    def inner(self, fold: Fold, *, count: int) -> Sequence[Fold]:
        """``count`` spans at the end of ``fold``'s training time, each a tenth of its interactions."""
        return split_inner_folds(fold, self.interactions.at, count=count)

    def train(self, fold: Fold) -> TrainingSet:
        """All interactions before the end of training with items in the catalogue by then."""
        return build_training_set(self.interactions, fold.train_end, self.options)

    def thinned(self, fold: Fold, share: float, /, *, rng: np.random.Generator) -> ResizedTraining:
        """A share of users and items, each user as active as before; raises DataError where too few are left."""
        return shrink_dataset(self.interactions, fold, self.options, share, rng)

    def grown(self, fold: Fold, factor: int, /, *, rng: np.random.Generator) -> ResizedTraining:
        """``factor`` times the users and items, each user as active as before; raises DataError where too many are."""
        del rng
        return grow_dataset(self.train(fold), factor)

    def training_rows(self, fold: Fold) -> pl.DataFrame:
        """The last basket of every user before the end of training, with the history before it."""
        rows = self.interactions
        known = slice(0, int(np.searchsorted(rows.at, fold.train_end, side="left")))
        last = np.full(len(rows.users), -1)
        last[rows.user[known]] = rows.basket[known]
        found = []
        for basket in np.sort(last[last >= 0]).tolist():
            request = self.visits.request(basket)
            size = float(self.visits.begins[basket + 1] - self.visits.begins[basket])
            found.append((request.id, request.unit, request.at, request.at, size, dict(request.features)))
        return pl.DataFrame(found, schema={**TRAINED, "features": pl.Struct(build_schema(rows))}, orient="row")

    def requests(self, fold: Fold) -> RequestTable:
        """One request for each user of the test span, at its beginning."""
        rows, span = self.interactions, (fold, self.options)
        made = compute_cached(rows.requests, span, lambda: build_requests(rows, fold, self.options), most=KEPT)
        return RequestTable([*made.ids], [*made.units], [*made.at], made.features.clone())

    def outcomes(self, fold: Fold) -> pl.DataFrame:
        """One row for each request: the number of ``targets`` as ``outcome``, and ``collect_targets``'s columns."""
        return compute_cached(
            self.interactions.outcomes, (fold, self.options), lambda: self._compute_outcomes(fold), most=KEPT
        ).clone()

    def _compute_outcomes(self, fold: Fold) -> pl.DataFrame:
        matured = fold.known_by >= fold.test_end
        number = pl.col("targets").list.len().cast(pl.Float64)
        return collect_targets(self.interactions, fold, self.options).with_columns(
            matured=pl.lit(matured), outcome=number if matured else pl.lit(None, pl.Float64)
        )

    def retrospect(self, since: int, until: int) -> pl.DataFrame:
        """One row for each basket of the span: its items, and how much its user had taken before."""
        found = []
        for basket in self.visits.between(since, until):
            request, targets = self.visits.request(basket), self.visits.find_targets(basket)
            who = (request.id, request.unit, request.unit, request.at)
            found.append((*who, True, float(len(targets)), targets, request.features["past"]))
        return pl.DataFrame(found, schema=RETROSPECT, orient="row")
