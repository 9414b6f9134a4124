"""Fitting one candidate on one fold: a job that any executor can do, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from starcase.case.identity import model_hash
from starcase.case.model import Candidate, Metric, Model
from starcase.case.progress import Step, tell
from starcase.case.spec import Case
from starcase.case.system import Dataset, Fold, System
from starcase.contest.blame import blamed
from starcase.contest.entrant import Fitted
from starcase.contest.peak import taken
from starcase.contest.tuning import Budget, Judge, Tuned, tune
from starcase.errors import PluginError

Identify = Callable[[str, Mapping[str, bytes]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Everything a worker needs; the data are read anew by whoever does it."""

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
    def tuning(self) -> float:
        """Which part of the job tuning is, by the number of fits at most."""
        tried = self.trials * self.windows if self.trials > 1 else 0
        return tried / (tried + self.seeds)

    def tell(self, doing: str, part: float) -> None:
        """Say what is being done to this candidate on this fold, and how much of it is done."""
        tell(Step(self.candidate.name, self.fold.name, doing, part))


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


def do(job: Job) -> Done:
    """Fit the job's candidate as ``_done`` says; what one's own candidate raises names it and its file.

    Raises:
        PluginError: a candidate of case.toml's own raised.
    """
    with blamed(job.case, job.candidate.name, f"while it is fitted on {job.fold.name}"):
        return _done(job)


def _done(job: Job) -> Done:
    """Tune inside training time, then fit on all of it.

    Every candidate may try at most ``job.trials`` parameter sets, each judged in windows inside the training time; the
    test span takes no part. Seconds and memory are those of the fit with the contest's own seed alone.
    """
    dataset = job.system.load(job.case)
    tuned = _tuned(job, dataset)
    chosen, default = tuned.candidate, tuned.default
    train = dataset.train(job.fold)
    job.tell("fitting on all of training time", job.tuning)
    fit = taken(lambda: _fit(job, chosen, train))
    files = chosen.save(fit.result)
    done = Done(
        candidate=chosen,
        files=files,
        trials=tuned.trials,
        fit_seconds=fit.seconds,
        fit_memory_mb=fit.memory_mb,
        refits=tuple(_refits(job, chosen, train, files)),
        default=(default, default.save(_fit(job, default, train))) if default else None,
    )
    job.tell("", 1.0)
    return done


def _tuned(job: Job, dataset: Dataset) -> Tuned:
    if job.trials <= 1:
        return Tuned(candidate=job.candidate, trials=1)
    judge = Judge(
        dataset=dataset,
        objective=metric_named(job.system, job.case, job.objective),
        budget=Budget(trials=job.trials, windows=job.windows, seed=job.seed),
        told=lambda doing, part: job.tell(doing, part * job.tuning),
    )
    return tune(job.candidate, job.fold, judge)


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
