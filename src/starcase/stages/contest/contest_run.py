"""All candidates on the same folds, from fitting to verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from starcase.comparison.comparison_spec import measured_offline, parted_claims
from starcase.compute.executor import Executor, carry_out, staying
from starcase.compute.progress import Expected, Step, tell
from starcase.contract.case_spec import Case
from starcase.contract.model import Candidate, Metric, Remarking
from starcase.contract.model_identity import model_hash
from starcase.contract.system import Dataset, Fold, System
from starcase.errors import CaseFileError, DataError, PluginError
from starcase.evidence.figure import Figure
from starcase.evidence.records import ComparisonFigure, ContestRecord, CostRecord, FoldSpan, Growth, Standing, Untuned
from starcase.stages.contest.checkpoint import Unfinished
from starcase.stages.contest.claims import answers
from starcase.stages.contest.compare import compare, figure, same_rows
from starcase.stages.contest.cost_measurement import costs, latencies
from starcase.stages.contest.cost_report import cost_record
from starcase.stages.contest.cost_scaling import growth
from starcase.stages.contest.error_attribution import blamed, measurable
from starcase.stages.contest.evaluation import Fitted, Measured, Role, measure
from starcase.stages.contest.fitting import Done, Identify, Job, do, load, metric_named
from starcase.stages.contest.guardrails import out_of_bounds
from starcase.stages.contest.replicates import Replicates, clusters_of, replicate
from starcase.stages.contest.sanity_checks import suspicions
from starcase.stages.contest.schedule import Pieces
from starcase.stages.contest.tuning_gain import untuned
from starcase.stages.contest.variance_components import question
from starcase.stages.contest.verdict import ahead, judge
from starcase.tables.fingerprint import fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """The outcome of a contest: records for the ledger, models for the registry, rows for later questions.

    ``fitted`` holds each candidate's model of the last fold, the one that was measured and would be deployed;
    ``values`` one row a candidate, fold and matured decision; ``last`` the last fold.
    """

    record: ContestRecord
    cost: CostRecord
    fitted: Mapping[str, Fitted]
    values: pl.DataFrame
    last: Fold


def run(
    case: Case, system: System, dataset: Dataset, candidates: Sequence[Candidate[Any]], executor: Executor, *,
    contest: str = "contest", since: int | None = None, until: int | None = None,
    identify: Identify = lambda _, files: model_hash(files), unfinished: Unfinished | None = None,
) -> Contest:  # fmt: skip
    """Hold a contest.

    Args:
        case: names the objective, the folds, the tuning budget.
        system: gives metrics and baselines.
        dataset: the case's data.
        candidates: who takes part; the system's trivial baselines always do as well.
        executor: does the fitting.
        contest: id of this contest in the ledger.
        since: nothing before this moment is used.
        until: nothing at or after this moment is used, outcomes included.
        identify: (candidate, files) to the hash that names the model; that of the files alone by default.
        unfinished: what was fitted before an interruption, and where finished fits are kept; nothing by default.

    Raises:
        CaseFileError: two candidates share a name.
        DataError: there are no folds, or a fold holds one class only.
        PluginError: the objective or a guardrail names a metric the system lacks.
        NotComparable: two candidates were measured on different rows.
    """
    objective = metric_named(system, case, case.objective.metric)
    metrics = [objective, *(metric_named(system, case, g.metric) for g in measured_offline(case, system))]
    metrics += [m for m in system.metrics(case) if m.name not in {x.name for x in metrics}]
    folds = list(dataset.folds(count=case.contest.folds, since=since, until=until))
    if not folds:
        raise DataError("the data are too short for a single fold", mend="ask for fewer folds, or bring more history")
    entrants = _everybody(case, system, candidates)
    jobs = [
        Job(system=system, case=case, candidate=c, fold=f, objective=objective.name, trials=case.contest.trials,
            windows=case.contest.windows, seed=case.seed, seeds=case.contest.seeds)
        for c in entrants for f in folds
    ]  # fmt: skip
    with staying(executor):
        measured = _measured(jobs, dataset, metrics, executor, identify, unfinished or Unfinished())
        same_rows(measured)
        last = {name: of_folds[-1].fitted for name, of_folds in measured.items()}
        grown = growth(case, system, dataset, folds[-1], last, executor)
    return _judged(case, system, dataset, metrics, measured, last, grown, contest=contest)


def _measured(
    jobs: Sequence[Job], dataset: Dataset, metrics: Sequence[Metric], executor: Executor, identify: Identify,
    unfinished: Unfinished,
) -> dict[str, list[Measured]]:  # fmt: skip
    """Every candidate fitted on every fold, and measured as soon as it is, in the order of the jobs."""
    names = tuple(dict.fromkeys(job.candidate.name for job in jobs))
    tell(Expected(2 * len(jobs), names))
    found: dict[tuple[str, str], Measured] = {}

    def fitted(job: Job, done: Done) -> None:
        name, span = job.candidate.name, f"answers of {job.fold.name}"
        tell(Step(name, span, "answering and scoring", 0.0))
        with blamed(job.case, name, f"while it gives the {span}"):
            found[name, job.fold.name] = measure(load(done, identify), dataset, job.fold, metrics)
        tell(Step(name, span))

    workers = getattr(executor, "workers", 1)
    carry_out(executor, do, Pieces(jobs, dataset, unfinished, fitted, workers=workers))
    return {name: [found[name, job.fold.name] for job in jobs if job.candidate.name == name] for name in names}


def _judged(
    case: Case, system: System, dataset: Dataset, metrics: Sequence[Metric],
    measured: Mapping[str, Sequence[Measured]], last: Mapping[str, Fitted], grown: Growth | None, *, contest: str,
) -> Contest:  # fmt: skip
    objective, level = metrics[0], case.contest.level
    codes, _ = clusters_of(next(iter(measured.values())))
    n = int(codes.max()) + 1
    figures: dict[str, list[Figure]] = {name: [] for name in measured}
    comparisons: list[ComparisonFigure] = []
    margins = {g.metric: g.margin for g in measured_offline(case, system)}
    drawn = {
        m.name: replicate(measured, m, draws=case.contest.draws, seed=case.seed, over_time=case.contest.over_time)
        for m in metrics
    }
    for metric in metrics:
        replicates = drawn[metric.name]
        for name, of_metric in replicates.items():
            measurable(case, name, metric, of_metric.observed)
            figures[name].append(figure(metric, of_metric, level=level, n=n))
        if metric is objective or metric.name in margins:
            comparisons += compare(replicates, metric, level=level, n=n)
    before = untuned(measured, objective, case.contest, seed=case.seed, n=n)
    standings = _standings(case, system, measured, last, figures, drawn[objective.name], before)
    standings = suspicions(standings, objective, comparisons)
    standings = out_of_bounds(standings, comparisons, [(m, margins[m.name]) for m in metrics if m.name in margins])
    verdict = judge(
        standings, comparisons, objective=objective.name,
        higher_is_better=objective.direction == "higher", margin=case.objective.margin,
    )  # fmt: skip
    values = _every_row(measured)
    record = ContestRecord(
        contest=contest, objective=objective.name, direction=objective.direction,
        question=question(seeds=case.contest.seeds, over_time=case.contest.over_time),
        folds=tuple(_span(m.fold, dataset) for m in next(iter(measured.values()))),
        standings=tuple(standings), comparisons=tuple(comparisons), verdict=verdict.word,
        recommended=verdict.recommended, tied=verdict.tied, reason=verdict.reason, trials_each=case.contest.trials,
        seeds_each=case.contest.seeds, over_time=case.contest.over_time, windows_each=case.contest.windows,
        ahead=ahead(standings, verdict.recommended, higher_is_better=objective.direction == "higher"),
        values_sha256=fingerprint(values, path=contest).sha256, canonical=True,
        data_sha256=dataset.check().fingerprint.sha256,
    )  # fmt: skip
    fold = next(iter(measured.values()))[-1].fold
    taken = latencies(last, dataset.requests(fold))
    cost = cost_record(
        record, costs(last, taken, seed=case.seed), drawn[objective.name],
        budgets=case.budgets, margin=case.objective.margin, seed=case.seed, growth=grown,
    )  # fmt: skip
    promised = replace(case, claims=parted_claims(case, system)[0])
    cost = replace(cost, claims=answers(promised, record, cost.costs, drawn, taken))
    return Contest(record=record, cost=cost, fitted=last, values=values, last=fold)


def _every_row(measured: Mapping[str, Sequence[Measured]]) -> pl.DataFrame:
    return pl.concat(
        [m.units.with_columns(candidate=pl.lit(name)) for name, of_folds in measured.items() for m in of_folds]
    )


def _everybody(case: Case, system: System, candidates: Sequence[Candidate[Any]]) -> list[Candidate[Any]]:
    baselines = system.baselines(case)
    if not baselines:
        raise PluginError(f"system {system.name} names no trivial baseline: no contest would show that it is beaten")
    everybody = [*candidates, *baselines]
    names = [candidate.name for candidate in everybody]
    for name in names:
        if names.count(name) > 1:
            raise CaseFileError(f"two candidates are called {name!r}", mend="give each candidate a name of its own")
    return everybody


def _standings(
    case: Case, system: System, measured: Mapping[str, Sequence[Measured]], last: Mapping[str, Fitted],
    figures: Mapping[str, Sequence[Figure]], reached: Mapping[str, Replicates], before: Mapping[str, Untuned],
) -> list[Standing]:  # fmt: skip
    baselines = {candidate.name for candidate in system.baselines(case)}

    def role(name: str) -> Role:
        if name == case.incumbent:
            return "incumbent"
        return "baseline" if name in baselines else "candidate"

    return [
        Standing(
            candidate=name,
            model=last[name].hash,
            role=role(name),
            complexity=last[name].candidate.complexity,
            trials=max(m.fitted.trials for m in of_folds),
            figures=tuple(figures[name]),
            parameters=tuple(sorted((key, str(value)) for key, value in last[name].candidate.parameters.items())),
            fits=max(1 + len(m.refits) for m in of_folds),
            spread=_spread(figures[name][0], reached[name].spread, max(1 + len(m.refits) for m in of_folds)),
            untuned=before.get(name),
            by_fold=reached[name].by_fold,
            remark=_remark(last[name]),
        )
        for name, of_folds in measured.items()
    ]


def _spread(objective: Figure, spread: float, fits: int) -> Figure | None:
    if fits == 1:
        return None
    name = f"standard deviation of {objective.name} between fits"
    return Figure(name=name, value=spread, unit=objective.unit, n=fits, evidence_class="offline")


def _remark(fitted: Fitted) -> str:
    return fitted.candidate.remark(fitted.model) if isinstance(fitted.candidate, Remarking) else ""


def _span(fold: Fold, dataset: Dataset) -> FoldSpan:
    outcomes = dataset.outcomes(fold)
    return FoldSpan(
        name=fold.name, train_end=fold.train_end, test_start=fold.test_start, test_end=fold.test_end,
        units=outcomes.height, outcomes=int(outcomes["matured"].sum()),
    )  # fmt: skip
