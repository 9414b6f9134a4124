"""Fitting one candidate on one fold: a job that any executor can do, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from starcase.compute.part_cache import sharing
from starcase.compute.progress import Step, tell
from starcase.contract.case_spec import Case
from starcase.contract.model import Candidate, Metric, Model
from starcase.contract.model_identity import model_hash
from starcase.contract.system import Dataset, Fold, System
from starcase.errors import PluginError
from starcase.stages.contest.duration_estimate import Timed, timed
from starcase.stages.contest.error_attribution import blamed
from starcase.stages.contest.evaluation import Fitted
from starcase.stages.contest.resource_usage import FITTED, taken
from starcase.stages.contest.tuning import Budget, Judge, Seen, Tuned

Identify = Callable[[str, Mapping[str, bytes]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One candidate on one fold, and everything a worker needs; the data are read anew by whoever does it."""

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
    def budget(self) -> Budget:
        """What may be spent on its parameters."""
        return Budget(trials=self.trials, windows=self.windows, seed=self.seed)

    @property
    def tuning(self) -> float:
        """Which part of the job tuning is, by the number of fits at most."""
        tried = self.trials * self.windows if self.trials > 1 else 0
        return tried / (tried + self.seeds)

    def tell(self, doing: str, part: float) -> None:
        """Say what is being done to this candidate on this fold, and how much of it is done."""
        tell(Step(self.candidate.name, self.fold.name, doing, part))


@dataclass(frozen=True, slots=True)
class Look:
    """A piece of a job: ``sets`` fitted and measured in a window inside training time, the ``number``-th from 0."""

    job: Job
    sets: Mapping[int, Candidate[Any]]
    window: Fold
    number: int


@dataclass(frozen=True, slots=True)
class Fit:
    """The last piece of a job: what tuning settled on, fitted on all of training time.

    ``first`` is a smaller fold, fitted once before anything is measured, so that no figure holds what loading a library
    takes; None for measuring the first fit.
    """

    job: Job
    tuned: Tuned
    first: Fold | None = None


@dataclass(frozen=True, slots=True)
class Small:
    """A candidate fitted on small parts of the first training time, to say how long the contest will take."""

    job: Job
    folds: tuple[Fold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A fitted model as data, with what the fitting cost on this machine; ``refits`` are further fits as data.

    ``default`` is the candidate as it was before tuning moved away from it, with its own files; for the report only.
    """

    candidate: Candidate[Any]
    files: Mapping[str, bytes]
    trials: int
    fit_seconds: float
    fit_memory_mb: float
    refits: tuple[Mapping[str, bytes], ...] = ()
    default: tuple[Candidate[Any], Mapping[str, bytes]] | None = None


def do(piece: Look | Fit | Small) -> Seen | Done | Timed | None:
    """Do a piece of a job; what one's own candidate raises names it and its file.

    Args:
        piece: what to do. A ``Small`` one is only timed: what goes wrong in it is told where it counts.

    Raises:
        PluginError: a candidate of case.toml's own raised.
    """
    job = piece.job
    if isinstance(piece, Small):
        FITTED.add(job.candidate.name)
        return timed(piece.job.candidate, job.system.load(job.case), piece.folds, seed=job.seed)
    with blamed(job.case, job.candidate.name, f"while it is fitted on {job.fold.name}"):
        if isinstance(piece, Look):
            FITTED.add(job.candidate.name)
            return judge_of(job, job.system.load(job.case)).seen(piece.sets, piece.window, piece.number)
        return _fitted(piece)


def judge_of(job: Job, dataset: Dataset) -> Judge:
    """Who judges the job's parameter sets."""
    return Judge(
        dataset=dataset,
        objective=metric_named(job.system, job.case, job.objective),
        budget=job.budget,
        told=lambda doing, part: job.tell(doing, part * job.tuning),
    )


def _fitted(piece: Fit) -> Done:
    """Fit on all of training time; seconds and memory are those of the fit with the contest's own seed alone.

    Of the default that tuning moved away from, no more is fitted than the objective sees: it is told for the report.
    """
    job, chosen, default = piece.job, piece.tuned.candidate, piece.tuned.default
    dataset = job.system.load(job.case)
    train = dataset.train(job.fold)
    _warm(piece, dataset)
    job.tell("fitting on all of training time", job.tuning)
    with sharing():
        fit = taken(lambda: _fit(job, chosen, train))
        before = default and default.save(judge_of(job, dataset).fit_seen(default, train))
    files = chosen.save(fit.result)
    return Done(
        candidate=chosen,
        files=files,
        trials=piece.tuned.trials,
        fit_seconds=fit.seconds,
        fit_memory_mb=fit.memory_mb,
        refits=tuple(_refits(job, chosen, train, files)),
        default=(default, before) if default and before else None,
    )


def _warm(piece: Fit, dataset: Dataset) -> None:
    name = piece.job.candidate.name
    if piece.first is None or name in FITTED:
        return
    with suppress(Exception):  # what is measured next says the same, and is told
        piece.tuned.candidate.fit(dataset.train(piece.first), rng=np.random.default_rng(piece.job.seed))
    FITTED.add(name)


def _fit(job: Job, candidate: Candidate[Any], train: Any) -> Model:
    return candidate.fit(train, rng=np.random.default_rng(job.seed))


def _refits(job: Job, chosen: Candidate[Any], train: Any, first: Mapping[str, bytes]) -> Iterator[Mapping[str, bytes]]:
    """Further fits with other seeds; none where the second gives the first model again, for then they all do."""
    for place in range(1, job.seeds):
        job.tell(
            f"fit {place + 1} of {job.seeds}, with another seed",
            job.tuning + (1 - job.tuning) * place / job.seeds,
        )
        files = chosen.save(chosen.fit(train, rng=np.random.default_rng([job.seed, place])))
        if place == 1 and model_hash(files) == model_hash(first):
            return
        yield files


def load(done: Done, identify: Identify) -> Fitted:
    """The fitted candidate, its model loaded back from its own files and named by ``identify``."""
    return Fitted(
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


def metric_named(system: System, case: Case, name: str) -> Metric:
    """The system's metric of that name; raises PluginError listing those there are."""
    metrics = {metric.name: metric for metric in system.metrics(case)}
    if name not in metrics:
        raise PluginError(f"system {system.name} has no metric {name!r}", mend=f"one of: {', '.join(sorted(metrics))}")
    return metrics[name]
