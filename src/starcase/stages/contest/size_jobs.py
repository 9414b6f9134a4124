"""Every candidate at one size of the data: a job that any executor can do."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from starcase.compute.progress import ProgressStep, report_progress
from starcase.contract.case_spec import Case
from starcase.contract.growth import MemoryEstimator, MemoryNeed, Resizable, ResizedTraining
from starcase.contract.model import Candidate
from starcase.contract.request import Request
from starcase.contract.system import Fold, System
from starcase.errors import DataError, StarcaseError
from starcase.stages.contest.resource_usage import FITTED, measure_usage

ASKED = 200
REPEATS, SHORT_S = 4, 0.5
WARM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeJob:
    """Everything a worker needs: who is to be fitted at ``factor`` times the size, or to foretell what that takes.

    ``warm`` is a smaller share at which everybody is fitted before anything is measured, so that no figure holds what
    loading a library takes.
    """

    system: System
    case: Case
    fold: Fold
    factor: float
    candidates: tuple[Candidate[Any], ...]
    warm: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeMeasurement:
    """One candidate at one size; without ``files`` it was not fitted, and ``refused`` says why where it was to be."""

    need: MemoryNeed | None = None
    files: Mapping[str, bytes] | None = None
    fit_seconds: float = 0.0
    fit_memory_mb: float = 0.0
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeResult:
    """What was seen at one size; nothing where the data cannot be had in it."""

    factor: float
    counts: Mapping[str, int]
    candidates: Mapping[str, SizeMeasurement]
    requests: Sequence[Request] = ()


def measure_at_size(job: SizeJob) -> SizeResult:
    """Every candidate of the job, fitted where the size is at most that of the case, asked for its need beyond."""
    dataset = job.system.load(job.case)
    if not isinstance(dataset, Resizable):
        raise TypeError(f"the data of {job.system.name} cannot be resized")
    rng = np.random.default_rng(job.seed)
    seen: dict[str, SizeMeasurement] = {}
    sized: ResizedTraining | None = None
    with suppress(DataError):
        if job.factor > 1:
            sized = dataset.grown(job.fold, round(job.factor), rng=rng)
        else:
            sized = dataset.thinned(job.fold, job.factor, rng=rng)
            _warm_up(job, dataset)
    for place, candidate in enumerate(job.candidates if sized else ()):
        report_progress(ProgressStep("growth", f"x{job.factor:g}", candidate.name, place / len(job.candidates)))
        seen[candidate.name] = _measure_candidate(job, candidate, sized.train) if sized else SizeMeasurement()
    report_progress(ProgressStep("growth", f"x{job.factor:g}"))
    if sized is None:
        return SizeResult(factor=job.factor, counts={}, candidates={})
    asked = range(0, len(sized.requests), max(1, len(sized.requests) // ASKED))
    requests = tuple(sized.requests[place] for place in asked)
    return SizeResult(factor=job.factor, counts=sized.counts, candidates=seen, requests=requests)


def _measure_candidate(job: SizeJob, candidate: Candidate[Any], train: Any) -> SizeMeasurement:
    need = candidate.need(train) if isinstance(candidate, MemoryEstimator) else None
    if job.factor > 1 or (need is not None and need.refused):
        return SizeMeasurement(need=need, refused=need.refused if need else "")
    try:
        fit = measure_usage(lambda: candidate.fit(train, rng=np.random.default_rng(job.seed)))
        seconds = [fit.seconds, *_measure_repeats(candidate, train, job.seed, fit.seconds)]
        files = candidate.save(fit.result)
    except Exception as error:  # noqa: BLE001 - recorded: a contest that is decided does not fail on its growth
        said = error.what if isinstance(error, StarcaseError) else f"{type(error).__name__}: {error}"
        return SizeMeasurement(need=need, refused=said)
    return SizeMeasurement(need=need, files=files, fit_seconds=float(np.median(seconds)), fit_memory_mb=fit.memory_mb)


def _measure_repeats(candidate: Candidate[Any], train: Any, seed: int, first: float) -> Iterator[float]:
    """Seconds of further fits where one is short: a moment in which the machine did something else weighs less then."""
    for _ in range(min(REPEATS, int(SHORT_S / max(first, SHORT_S / REPEATS)))):
        started = time.perf_counter()
        candidate.fit(train, rng=np.random.default_rng(seed))
        yield time.perf_counter() - started


def _warm_up(job: SizeJob, dataset: Resizable) -> None:
    """Fit everybody on little, once in each process."""
    cold = [candidate for candidate in job.candidates if candidate.name not in FITTED]
    if not cold:
        return
    FITTED.update(candidate.name for candidate in cold)
    for share in (job.warm / WARM, job.warm):
        with suppress(DataError):
            few = dataset.thinned(job.fold, share, rng=np.random.default_rng(job.seed)).train
            for candidate in cold:
                with suppress(Exception):  # what it is measured at says the same, and is kept
                    candidate.fit(few, rng=np.random.default_rng(job.seed))
            return
