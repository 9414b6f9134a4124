"""Fit one candidate on one fold: a job for any executor, in a separate process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from starcase.compute.part_cache import open_part_cache
from starcase.compute.progress import ProgressStep, report_progress
from starcase.contract.case_spec import Case
from starcase.contract.model import Candidate, Metric, Model
from starcase.contract.model_identity import hash_model
from starcase.contract.system import Dataset, Fold, System
from starcase.errors import PluginError
from starcase.stages.contest.duration_estimate import FitTiming, measure_small_fits
from starcase.stages.contest.error_attribution import attribute_errors
from starcase.stages.contest.evaluation import FittedCandidate
from starcase.stages.contest.resource_usage import FITTED, measure_usage
from starcase.stages.contest.tuning import Judge, TuningBudget, TuningResult, TuningWindow

Identify = Callable[[str, Mapping[str, bytes]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One candidate on one fold with everything a worker needs; the worker reads the data itself."""

    system: System
    case: Case
    candidate: Candidate[Any]
    fold: Fold
    objective: str
    trials: int
    seed: int
    windows: int = 1
    seeds: int = 1

    @property
    def budget(self) -> TuningBudget:
        """The tuning budget."""
        return TuningBudget(trials=self.trials, windows=self.windows, seed=self.seed)

    @property
    def tuning(self) -> float:
        """The share of tuning in the job, by the largest number of fits."""
        tried = self.trials * self.windows if self.trials > 1 else 0
        return tried / (tried + self.seeds)

    def tell(self, doing: str, part: float) -> None:
        """Report the progress of this candidate on this fold."""
        report_progress(ProgressStep(self.candidate.name, self.fold.name, doing, part))


@dataclass(frozen=True, slots=True)
class TuningPiece:
    """A piece of a job: ``sets`` fitted and measured in a window inside training time, the ``number``-th from 0."""

    job: Job
    sets: Mapping[int, Candidate[Any]]
    window: Fold
    number: int


@dataclass(frozen=True, slots=True)
class FitPiece:
    """The last piece of a job: the tuned candidate fitted on all of training time.

    ``first`` is a smaller fold, fitted once before anything is measured, so that no figure holds what loading a library
    takes; None for measuring the first fit.
    """

    job: Job
    tuned: TuningResult
    first: Fold | None = None


@dataclass(frozen=True, slots=True)
class TimingPiece:
    """A candidate fitted on small parts of the first training time, to estimate the duration of the contest."""

    job: Job
    folds: tuple[Fold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitResult:
    """A fitted model as data, with the costs of the fit on this machine; ``refits`` are further fits as data.

    ``default`` is the candidate as it was before tuning moved away from it, with its own files; for the report only.
    """

    candidate: Candidate[Any]
    files: Mapping[str, bytes]
    trials: int
    fit_seconds: float
    fit_memory_mb: float
    refits: tuple[Mapping[str, bytes], ...] = ()
    default: tuple[Candidate[Any], Mapping[str, bytes]] | None = None


def run_piece(piece: TuningPiece | FitPiece | TimingPiece) -> TuningWindow | FitResult | FitTiming | None:
    """Run a piece of a job; errors of a user's candidate name it and its file.

    Args:
        piece: what to do. A ``TimingPiece`` is only timed: its errors are reported by the later fit.

    Raises:
        PluginError: a candidate of case.toml's own raised.
    """
    job = piece.job
    if isinstance(piece, TimingPiece):
        FITTED.add(job.candidate.name)
        return measure_small_fits(piece.job.candidate, job.system.load(job.case), piece.folds, seed=job.seed)
    with attribute_errors(job.case, job.candidate.name, f"while it is fitted on {job.fold.name}"):
        if isinstance(piece, TuningPiece):
            FITTED.add(job.candidate.name)
            return create_judge(job, job.system.load(job.case)).measure_window(piece.sets, piece.window, piece.number)
        return _fit_and_save(piece)


def create_judge(job: Job, dataset: Dataset) -> Judge:
    """Create the judge of the job's parameter sets."""
    return Judge(
        dataset=dataset,
        objective=find_metric(job.system, job.case, job.objective),
        budget=job.budget,
        told=lambda doing, part: job.tell(doing, part * job.tuning),
    )


def _fit_and_save(piece: FitPiece) -> FitResult:
    """Fit on all of training time; seconds and memory are those of the fit with the contest's seed only.

    Of the default that tuning left, only what the objective reads is fitted: it is for the report.
    """
    job, chosen, default = piece.job, piece.tuned.candidate, piece.tuned.default
    dataset = job.system.load(job.case)
    train = dataset.train(job.fold)
    _warm_up(piece, dataset)
    job.tell("fitting on all of training time", job.tuning)
    with open_part_cache():
        fit = measure_usage(lambda: _fit_once(job, chosen, train))
        before = default and default.save(create_judge(job, dataset).fit_seen(default, train))
    files = chosen.save(fit.result)
    return FitResult(
        candidate=chosen,
        files=files,
        trials=piece.tuned.trials,
        fit_seconds=fit.seconds,
        fit_memory_mb=fit.memory_mb,
        refits=tuple(_refit_with_seeds(job, chosen, train, files)),
        default=(default, before) if default and before else None,
    )


def _warm_up(piece: FitPiece, dataset: Dataset) -> None:
    name = piece.job.candidate.name
    if piece.first is None or name in FITTED:
        return
    with suppress(Exception):  # the next measurement raises the same error, and reports it
        piece.tuned.candidate.fit(dataset.train(piece.first), rng=np.random.default_rng(piece.job.seed))
    FITTED.add(name)


def _fit_once(job: Job, candidate: Candidate[Any], train: Any) -> Model:
    return candidate.fit(train, rng=np.random.default_rng(job.seed))


def _refit_with_seeds(
    job: Job, chosen: Candidate[Any], train: Any, first: Mapping[str, bytes]
) -> Iterator[Mapping[str, bytes]]:
    """Fit with other seeds; none if the second seed gives the same model as the first."""
    for place in range(1, job.seeds):
        job.tell(
            f"fit {place + 1} of {job.seeds}, with another seed",
            job.tuning + (1 - job.tuning) * place / job.seeds,
        )
        files = chosen.save(chosen.fit(train, rng=np.random.default_rng([job.seed, place])))
        if place == 1 and hash_model(files) == hash_model(first):
            return
        yield files


def load_fitted(done: FitResult, identify: Identify) -> FittedCandidate:
    """Load the fitted candidate: its model from its files, named by ``identify``."""
    return FittedCandidate(
        candidate=done.candidate,
        model=done.candidate.load(done.files),
        files=done.files,
        hash=identify(done.candidate.name, done.files),
        trials=done.trials,
        fit_seconds=done.fit_seconds,
        fit_memory_mb=done.fit_memory_mb,
        refits=done.refits,
        default=done.default[0].load(done.default[1]) if done.default else None,
    )


def find_metric(system: System, case: Case, name: str) -> Metric:
    """Return the system's metric of that name; raises PluginError with the known metrics."""
    metrics = {metric.name: metric for metric in system.metrics(case)}
    if name not in metrics:
        raise PluginError(f"system {system.name} has no metric {name!r}", mend=f"one of: {', '.join(sorted(metrics))}")
    return metrics[name]
