"""Measure how the costs of candidates grow on smaller data, and extrapolate them to larger data."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from starcase.compute.executor import Executor
from starcase.compute.progress import ExpectedWork, report_progress
from starcase.contract.case_spec import Case
from starcase.contract.growth import MemoryEstimator, MemoryNeed, Resizable
from starcase.contract.model import Model
from starcase.contract.request import Request
from starcase.contract.system import Dataset, Fold, System
from starcase.evidence.figure import Figure
from starcase.evidence.records import CandidateGrowth, Growth, GrowthPoint, GrowthSize
from starcase.stages.contest.evaluation import FittedCandidate
from starcase.stages.contest.scaling_exponent import fit_exponent
from starcase.stages.contest.size_jobs import ASKED, SizeJob, SizeMeasurement, SizeResult, measure_at_size

OUTLOOK = 4, 16
WARM_UP, FEWEST, MOST, PATIENCE_S = 10, 60, 300, 1.5
FORETOLD = "memory foretold"
NOTICED = {"fit time": 0.002, "fit memory": 1.0}
UNITS = {"fit time": "s", "fit memory": "MB", "artefact size": "MB", "p50 latency": "us"}
METHOD = (
    "least squares on logarithms, Student's t, widened to hold the slope of the larger sizes; "
    "beyond the data by the exponent, memory as the candidate itself foretells it"
)


def measure_growth(
    case: Case,
    system: System,
    dataset: Dataset,
    fold: Fold,
    entrants: Mapping[str, FittedCandidate],
    executor: Executor,
) -> Growth | None:
    """Measure how time and memory of each tuned candidate grow with the data.

    Args:
        case: names the shares of the data to measure at.
        system: of the case.
        dataset: the case's data.
        fold: the last fold, on which ``entrants`` were fitted.
        entrants: the candidates as they were fitted on all of it.
        executor: does the fitting.

    Returns:
        None where the case asks for no shares, or its data cannot be resized.
    """
    if not case.contest.growth or not isinstance(dataset, Resizable):
        return None
    everybody = tuple(fitted.candidate for fitted in entrants.values())
    cold = tuple(fitted.candidate for fitted in entrants.values() if fitted.trials == 1)
    sizes = [*reversed(OUTLOOK), *([1.0] if cold else []), *sorted(case.contest.growth, reverse=True)]
    jobs = [
        SizeJob(system=system, case=case, fold=fold, factor=factor, candidates=cold if factor == 1 else everybody,
                warm=min(case.contest.growth), seed=case.seed)
        for factor in sizes
    ]  # fmt: skip
    report_progress(ExpectedWork(len(jobs)))
    done = {at.factor: at for at in executor.map(measure_at_size, jobs) if at.candidates}
    whole = _build_full_size(dataset, fold, entrants, done.pop(1.0, None))
    done = dict(sorted({**done, 1.0: whole}.items()))
    return Growth(
        what=dataset.grows_by,
        sizes=tuple(_build_size(factor, at.counts) for factor, at in done.items() if at.counts),
        candidates=tuple(_estimate_candidate(f, done, level=case.contest.level) for f in entrants.values()),
        method=METHOD,
    )


def _build_full_size(
    dataset: Dataset, fold: Fold, entrants: Mapping[str, FittedCandidate], again: SizeResult | None
) -> SizeResult:
    """Build the measurement at full size: the contest's fit, or a further fit if the contest's fit was a cold one."""
    train, seen = dataset.train(fold), {}
    for name, fitted in entrants.items():
        need = fitted.candidate.need(train) if isinstance(fitted.candidate, MemoryEstimator) else None
        anew = again.candidates.get(name) if again else None
        warm = anew is not None and anew.files is not None
        seconds = anew.fit_seconds if anew and warm else fitted.fit_seconds
        memory = anew.fit_memory_mb if anew and warm else fitted.fit_memory_mb
        seen[name] = SizeMeasurement(need=need, files=fitted.files, fit_seconds=seconds, fit_memory_mb=memory)
    requests = dataset.requests(fold)
    asked = range(0, len(requests), max(1, len(requests) // ASKED))
    counts = again.counts if again else {}
    return SizeResult(factor=1.0, counts=counts, candidates=seen, requests=tuple(requests[i] for i in asked))


def _estimate_candidate(fitted: FittedCandidate, done: Mapping[float, SizeResult], *, level: float) -> CandidateGrowth:
    name = fitted.candidate.name
    at = {factor: size.candidates[name] for factor, size in done.items() if name in size.candidates}
    costs = _collect_costs(fitted, done, at)
    found = {}
    for cost in UNITS:
        seen = {factor: of[cost] for factor, of in costs.items() if of[cost] >= NOTICED.get(cost, 0.0)}
        fit = fit_exponent(list(seen), list(seen.values()), level=level) if 1.0 in seen else None
        if fit is not None:
            found[cost] = Figure(
                name=cost, value=fit.value, unit="1", low=fit.low, high=fit.high, level=level, n=fit.n, clock=True
            )
    points = [
        GrowthPoint(
            factor=factor,
            figures=_build_cost_figures(costs[factor])
            if factor in costs
            else _extrapolate_costs(factor, costs[1.0], found, one),
            foretold=_build_memory_figure(one.need),
            refused=one.refused,
            without=one.need.without if one.need else "",
        )
        for factor, one in at.items()
    ]
    return CandidateGrowth(candidate=name, exponents=tuple(found.values()), points=tuple(points))


def _collect_costs(
    fitted: FittedCandidate, done: Mapping[float, SizeResult], at: Mapping[float, SizeMeasurement]
) -> dict[float, dict[str, float]]:
    """Collect the measurements of one candidate by size and cost name, where it was fitted."""
    files = {factor: one.files for factor, one in at.items() if one.files is not None}
    models = {factor: fitted.candidate.load(kept) for factor, kept in files.items()}
    times = measure_answer_times({factor: (model, done[factor].requests) for factor, model in models.items()})
    return {
        factor: {
            "fit time": at[factor].fit_seconds,
            "fit memory": at[factor].fit_memory_mb,
            "artefact size": sum(map(len, kept.values())) / 1e6,
            "p50 latency": float(np.median(times[factor])),
        }
        for factor, kept in files.items()
    }


def measure_answer_times(models: Mapping[float, tuple[Model, Sequence[Request]]]) -> dict[float, np.ndarray]:
    """Measure microseconds of single requests, models in turns, each with its own requests."""
    taken: dict[float, list[float]] = {size: [] for size in models}
    began = time.perf_counter()
    for turn in range(WARM_UP + MOST):
        if turn >= WARM_UP + FEWEST and time.perf_counter() - began > PATIENCE_S:
            break
        for size, (model, requests) in models.items():
            request = (requests[turn % len(requests)],)
            started = time.perf_counter_ns()
            model.decide(request)
            taken[size].append((time.perf_counter_ns() - started) / 1000)
    return {size: np.array(values[WARM_UP:]) for size, values in taken.items()}


def _build_cost_figures(costs: Mapping[str, float]) -> tuple[Figure, ...]:
    return tuple(Figure(name=name, value=costs[name], unit=unit, clock=True) for name, unit in UNITS.items())


def _extrapolate_costs(
    factor: float, whole: Mapping[str, float], exponents: Mapping[str, Figure], at: SizeMeasurement
) -> tuple[Figure, ...]:
    """Extrapolate costs to a larger size; empty for candidates that would not be fitted there."""
    if at.refused:
        return ()
    return tuple(
        Figure(
            name=name, value=whole[name] * factor**found.value, unit=UNITS[name],
            low=whole[name] * factor ** _replace_missing(found.low),
            high=whole[name] * factor ** _replace_missing(found.high), level=found.level, clock=True,
        )
        for name, found in exponents.items()
    )  # fmt: skip


def _replace_missing(value: float | None) -> float:
    return 0.0 if value is None else value


def _build_memory_figure(need: MemoryNeed | None) -> Figure | None:
    return None if need is None else Figure(name=FORETOLD, value=need.memory_mb, unit="MB", clock=True)


def _build_size(factor: float, counts: Mapping[str, int]) -> GrowthSize:
    figures = (Figure(name=name, value=count, unit="count", clock=True) for name, count in counts.items())
    return GrowthSize(factor=factor, counts=tuple(figures))


def find_steepest(found: Iterable[CandidateGrowth]) -> dict[str, float]:
    """Return, by candidate, the exponent of its fastest-growing cost."""
    return {one.candidate: one.steepest.value for one in found if one.steepest is not None}
