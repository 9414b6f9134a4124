"""Measure every candidate at one size of the data: a job for any executor."""

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
    """Everything a worker needs: the candidates to fit at ``factor`` times the size, or to ask for their needs.

    ``warm`` is a smaller share at which every candidate is fitted before anything is measured, so that figures exclude
    the time to load a library.
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
    """The measurements at one size; empty if the data cannot be resized to it."""

    factor: float
    counts: Mapping[str, int]
    candidates: Mapping[str, SizeMeasurement]
    requests: Sequence[Request] = ()


def measure_at_size(job: SizeJob) -> SizeResult:
    """Measure every candidate: fitted up to the size of the case, asked for its memory need beyond it."""
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
    """Measure further fits if one is short, so that a disturbance of the machine weighs less."""
    for _ in range(min(REPEATS, int(SHORT_S / max(first, SHORT_S / REPEATS)))):
        started = time.perf_counter()
        candidate.fit(train, rng=np.random.default_rng(seed))
        yield time.perf_counter() - started


def _warm_up(job: SizeJob, dataset: Resizable) -> None:
    """Fit every candidate on a small size, once in each process."""
    cold = [candidate for candidate in job.candidates if candidate.name not in FITTED]
    if not cold:
        return
    FITTED.update(candidate.name for candidate in cold)
    for share in (job.warm / WARM, job.warm):
        with suppress(DataError):
            few = dataset.thinned(job.fold, share, rng=np.random.default_rng(job.seed)).train
            for candidate in cold:
                with suppress(Exception):  # the measured fit raises the same error, and keeps it
                    candidate.fit(few, rng=np.random.default_rng(job.seed))
            return
