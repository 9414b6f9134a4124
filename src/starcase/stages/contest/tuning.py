"""Tune a candidate's parameters inside training time, on several windows, against its default."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard, cast

import numpy as np
import polars as pl

from starcase.compute.part_cache import open_part_cache
from starcase.contract.model import Candidate, Metric, Model, RankingFitCandidate, Tunable, is_by_rank, is_smooth
from starcase.contract.request import FloatArray
from starcase.contract.system import Dataset, Fold
from starcase.inference import Resampling
from starcase.inference.models.bootstrap import Statistic
from starcase.stages.contest.evaluation import measure_requests
from starcase.stages.contest.one_standard_error import BoolArray, Gains

DRAWS = 200
DEFAULT = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningBudget:
    """The tuning budget of every candidate: the number of parameter sets and of windows."""

    trials: int
    windows: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningResult:
    """The tuned candidate; ``default`` is the one that tuning left, None if it kept the default."""

    candidate: Candidate[Any]
    trials: int
    default: Candidate[Any] | None = None


@dataclass(frozen=True, slots=True)
class TuningWindow:
    """One window: the objective's value of each row, for every parameter set that was tried in it."""

    clusters: pl.Series
    rows: Mapping[int, pl.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Fits parameter sets inside training time and estimates the gain of each over the default.

    Args:
        dataset: the case's data.
        objective: what they are judged by.
        budget: what each candidate may spend.
        told: called with the current trial and window, and the finished share of the tuning.
    """

    dataset: Dataset
    objective: Metric
    budget: TuningBudget
    told: Callable[[str, float], None]

    def measure_window(self, sets: Mapping[int, Candidate[Any]], window: Fold, number: int) -> TuningWindow:
        """Fit and measure every set in window ``number``, counted from 0.

        A fit makes only what the objective sees, and what no parameter changes is made once for all sets.
        """
        train = self.dataset.train(window)
        requests, outcomes = self.dataset.requests(window), self.dataset.outcomes(window)
        rows, clusters = {}, pl.Series(dtype=pl.String)
        with open_part_cache():
            for trial, (place, one) in enumerate(sets.items()):
                which = f"window {number + 1} of {self.budget.windows}, trial {trial + 1} of {len(sets)}"
                self.told(which, (number + trial / len(sets)) / self.budget.windows)
                model = self.fit_seen(one, train)
                _, units = measure_requests(one.name, model, requests, outcomes, window, [self.objective])
                rows[place], clusters = units[self.objective.name].struct.unnest(), units["cluster"]
        return TuningWindow(clusters, rows)

    def can_rank(self, one: Candidate[Any]) -> TypeGuard[RankingFitCandidate]:
        """Return whether the objective reads only the order of scores and the candidate can be fitted for it."""
        return isinstance(one, RankingFitCandidate) and is_by_rank(self.objective)

    def fit_seen(self, one: Candidate[Any], train: Any) -> Model:
        """Fit only what the objective reads."""
        rng = np.random.default_rng(self.budget.seed)
        if self.can_rank(one):
            return one.fit_ranking(train, rng=rng)
        return one.fit(train, rng=rng)

    def is_defined_in(self, seen: TuningWindow) -> bool:
        """Return whether the objective is defined for the default in this window."""
        rows = seen.rows[DEFAULT]
        return bool(np.isfinite(self.objective.value(rows, np.ones((1, rows.height)))[0]))

    def estimate_gains(self, windows: Sequence[TuningWindow], running: Sequence[int]) -> Gains:
        """Estimate the gain of each remaining set over the default, paired by row and unit, over all windows so far."""
        names = pl.concat([window.clusters for window in windows])
        codes = names.rank("dense").to_numpy().astype(np.int64) - 1
        resampling = Resampling(codes, draws=DRAWS, seed=self.budget.seed)
        ends = np.cumsum([len(window.clusters) for window in windows]).tolist()
        spans = [slice(end - len(window.clusters), end) for end, window in zip(ends, windows, strict=True)]
        sign = 1.0 if self.objective.direction == "higher" else -1.0

        def build_statistic(rows: pl.DataFrame, span: slice) -> Statistic:
            return lambda weights: sign * self.objective.value(rows, weights[:, span])

        def evaluate_set(place: int) -> tuple[FloatArray, FloatArray]:
            each = [build_statistic(window.rows[place], span) for window, span in zip(windows, spans, strict=True)]
            draws = resampling.replicates(each, smooth=is_smooth(self.objective))
            return np.array([resampling.compute_statistic(one) for one in each]), draws

        observed, draws = evaluate_set(DEFAULT)
        theirs = [evaluate_set(place) for place in running]
        return Gains(
            np.stack([each[0] - observed for each in theirs]), np.stack([each[1] - draws for each in theirs]),
            resampling.units,
        )  # fmt: skip


class Race:
    """The parameter sets of a candidate that are still tried on a fold, from the latest window backwards.

    A set that lies far behind the default after one window is not tried in the next (Maron & Moore 1994), which saves
    fits and never decides the winner. Windows may be measured before earlier ones; the order of judging stays the
    same.

    Args:
        candidate: whose parameters are tuned.
        fold: inside whose training time the windows lie.
        dataset: the case's data.
        budget: what may be spent.
    """

    def __init__(self, candidate: Candidate[Any], fold: Fold, dataset: Dataset, budget: TuningBudget) -> None:
        self.proposals: Sequence[Candidate[Any]] = [candidate]
        self.windows: Sequence[Fold] = ()
        if isinstance(candidate, Tunable) and budget.trials > 1:
            self.proposals = _propose_sets(candidate, budget)
        self.running = list(range(1, len(self.proposals)))
        if self.running:
            self.windows = tuple(reversed(dataset.inner(fold, count=budget.windows)))
        self.judged = 0
        self._gains: Gains | None = None
        self._seen: list[TuningWindow] = []
        self._ahead: dict[int, TuningWindow] = {}

    @property
    def over(self) -> bool:
        """Whether no further window is tried."""
        return not self.running or self.judged >= len(self.windows)

    @property
    def sets(self) -> dict[int, Candidate[Any]]:
        """The sets of the next window: the default, and every set that is not dropped."""
        return {place: self.proposals[place] for place in (DEFAULT, *self.running)}

    def record_window(self, number: int, seen: TuningWindow, judge: Judge) -> None:
        """Record window ``number``, from 0; it is judged after all windows before it."""
        self._ahead[number] = seen
        while not self.over and self.judged in self._ahead:
            self._judge(self._ahead.pop(self.judged), judge)

    def _judge(self, seen: TuningWindow, judge: Judge) -> None:
        self.judged += 1
        if not judge.is_defined_in(seen):
            return
        self._seen.append(seen)
        gains = judge.estimate_gains(self._seen, self.running)
        self.running, self._gains = _drop_sets(self.running, gains, gains.far_behind)

    @property
    def tuned(self) -> TuningResult:
        """Return the best set that passes the one-standard-error rule over the windows, or else the default."""
        trials, gains = len(self.proposals), self._gains
        if gains is None or not gains.ahead.any():
            return TuningResult(candidate=self.proposals[DEFAULT], trials=trials)
        best = self.running[int(np.argmax(np.where(gains.ahead, gains.mean, -np.inf)))]
        return TuningResult(candidate=self.proposals[best], trials=trials, default=self.proposals[DEFAULT])


def tune(candidate: Candidate[Any], fold: Fold, judge: Judge) -> TuningResult:
    """Run a candidate's race to its end, without the fold's test span."""
    race = Race(candidate, fold, judge.dataset, judge.budget)
    while not race.over:
        number = race.judged
        race.record_window(number, judge.measure_window(race.sets, race.windows[number], number), judge)
    return race.tuned


def _propose_sets(candidate: Tunable, budget: TuningBudget) -> list[Candidate[Any]]:
    proposed = candidate.proposals(budget.trials, rng=np.random.default_rng(budget.seed))
    return [cast("Candidate[Any]", one) for one in proposed][: budget.trials]


def _drop_sets(running: Sequence[int], gains: Gains, left: BoolArray) -> tuple[list[int], Gains]:
    kept = np.flatnonzero(~left)
    return [running[place] for place in kept.tolist()], Gains(gains.observed[kept], gains.draws[kept], gains.units)
