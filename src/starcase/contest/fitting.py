"""Fitting one candidate on one fold: a job that any executor can do, in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from starcase.case.identity import model_hash
from starcase.case.model import Candidate, Metric, Tunable
from starcase.case.progress import Step, tell
from starcase.case.spec import Case
from starcase.case.system import Dataset, Fold, System
from starcase.contest.entrant import Fitted, rows_of
from starcase.contest.peak import taken
from starcase.errors import PluginError, StarcaseError


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
    seeds: int = 1

    def tell(self, doing: str, part: float) -> None:
        """Say what is being done to this candidate on this fold, and how much of it is done."""
        tell(Step(self.candidate.name, self.fold.name, doing, part))


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A fitted model as data, with what the fitting cost on this machine; ``refits`` are further fits as data."""

    candidate: Candidate[Any]
    files: Mapping[str, bytes]
    trials: int
    fit_seconds: float
    fit_memory_mb: float
    refits: tuple[Mapping[str, bytes], ...] = ()


def do(job: Job) -> Done:
    """Fit the job's candidate as ``_done`` says; what one's own candidate raises names it and its file.

    Raises:
        PluginError: a candidate of case.toml's own raised.
    """
    try:
        return _done(job)
    except StarcaseError:
        raise
    except Exception as error:
        name = job.candidate.name
        use = next((spec.use for spec in job.case.candidates if spec.name == name and spec.use), "")
        if not use:
            raise
        raise PluginError(
            f"{name} fails on fold {job.fold.name}",
            where=str(Path(job.case.folder) / use),
            why=f"{type(error).__name__}: {error}",
            mend="`starcase.testing.check_candidate` tries it by itself",
        ) from error


def _done(job: Job) -> Done:
    """Tune inside training time, then fit on all of it.

    Every candidate may try at most ``job.trials`` parameter sets, each judged on a fold inside the training time; the
    test span takes no part. Seconds and memory are those of the fit with the contest's own seed alone.
    """
    dataset = job.system.load(job.case)
    chosen, tried = tune(job, dataset)
    train = dataset.train(job.fold)
    job.tell("fitting on all of training time", tried / (tried + job.seeds))
    fit = taken(lambda: chosen.fit(train, rng=np.random.default_rng(job.seed)))
    files = chosen.save(fit.result)
    done = Done(
        candidate=chosen,
        files=files,
        trials=tried,
        fit_seconds=fit.seconds,
        fit_memory_mb=fit.memory_mb,
        refits=tuple(_refits(job, chosen, train, files)),
    )
    job.tell("", 1.0)
    return done


def _refits(job: Job, chosen: Candidate[Any], train: Any, first: Mapping[str, bytes]) -> Iterator[Mapping[str, bytes]]:
    """Further fits with other seeds; none where the second gives the first model again, for then they all do."""
    for place in range(1, job.seeds):
        job.tell(
            f"fit {place + 1} of {job.seeds}, with another seed", 1 - (job.seeds - place) / (job.seeds + job.trials)
        )
        files = chosen.save(chosen.fit(train, rng=np.random.default_rng([job.seed, place])))
        if place == 1 and model_hash(files) == model_hash(first):
            return
        yield files


def tune(job: Job, dataset: Dataset) -> tuple[Candidate[Any], int]:
    """The proposal that reached most on the inner fold, and how many were tried."""
    candidate = job.candidate
    if not isinstance(candidate, Tunable) or job.trials <= 1:
        return candidate, 1
    objective = metric_named(job.system, job.case, job.objective)
    proposals = list(candidate.proposals(job.trials, rng=np.random.default_rng(job.seed)))[: job.trials]
    inner = dataset.inner(job.fold)
    train = dataset.train(inner)
    sign = 1.0 if objective.direction == "higher" else -1.0
    reached = []
    for number, proposal in enumerate(proposals):
        job.tell(f"trial {number + 1} of {len(proposals)}", number / (len(proposals) + job.seeds))
        model = proposal.fit(train, rng=np.random.default_rng(job.seed))
        _, units = rows_of(proposal.name, model, dataset, inner, [objective])
        rows = units[objective.name].struct.unnest()
        reached.append(sign * float(objective.value(rows, np.ones((1, rows.height)))[0]))
    best = int(np.argmax(np.nan_to_num(np.array(reached), nan=-np.inf)))
    return proposals[best], len(proposals)


def load(done: Done) -> Fitted:
    """The fitted candidate, its model loaded back from its own files."""
    return Fitted(
        candidate=done.candidate,
        model=done.candidate.load(done.files),
        files=done.files,
        hash=model_hash(done.files),
        trials=done.trials,
        fit_seconds=done.fit_seconds,
        fit_memory_mb=done.fit_memory_mb,
        refits=done.refits,
    )


def metric_named(system: System, case: Case, name: str) -> Metric:
    """The system's metric of that name; raises PluginError listing those there are."""
    metrics = {metric.name: metric for metric in system.metrics(case)}
    if name not in metrics:
        raise PluginError(f"system {system.name} has no metric {name!r}", mend=f"one of: {', '.join(sorted(metrics))}")
    return metrics[name]
