"""Run a contest: all candidates on the same folds, from fitting to verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from starcase.comparison.comparison_spec import select_offline_guardrails, split_claims
from starcase.compute.executor import Executor, carry_out, keep_workers
from starcase.compute.progress import ExpectedWork, ProgressStep, report_progress
from starcase.contract.case_spec import Case
from starcase.contract.model import Candidate, Metric, RemarkingCandidate
from starcase.contract.model_identity import hash_model
from starcase.contract.system import Dataset, Fold, System
from starcase.errors import CaseFileError, DataError, PluginError
from starcase.evidence.figure import Figure
from starcase.evidence.records import (
    ComparisonFigure,
    ContestRecord,
    CostRecord,
    FoldSpan,
    Growth,
    Standing,
    TuningGain,
)
from starcase.stages.contest.checkpoint import ContestCheckpoint
from starcase.stages.contest.claims import answer_claims
from starcase.stages.contest.compare import compare, estimate_figure, require_same_rows
from starcase.stages.contest.cost_measurement import collect_costs, measure_latencies
from starcase.stages.contest.cost_report import build_cost_record
from starcase.stages.contest.cost_scaling import measure_growth
from starcase.stages.contest.error_attribution import attribute_errors, require_measurable
from starcase.stages.contest.evaluation import FittedCandidate, FoldMeasurement, Role, measure_candidate
from starcase.stages.contest.fitting import FitResult, Identify, Job, find_metric, load_fitted, run_piece
from starcase.stages.contest.guardrails import apply_guardrails
from starcase.stages.contest.replicates import Replicates, encode_clusters, replicate
from starcase.stages.contest.sanity_checks import mark_suspects
from starcase.stages.contest.schedule import ContestSchedule
from starcase.stages.contest.tuning_gain import measure_tuning_gain
from starcase.stages.contest.variance_components import select_question
from starcase.stages.contest.verdict import count_folds_ahead, judge
from starcase.tables.fingerprint import compute_fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """The result of a contest: records for the ledger, models for the registry, rows for later analyses.

    ``fitted`` holds each candidate's model of the last fold, the one that was measured and would be deployed;
    ``values`` one row a candidate, fold and matured decision; ``last`` the last fold.
    """

    record: ContestRecord
    cost: CostRecord
    fitted: Mapping[str, FittedCandidate]
    values: pl.DataFrame
    last: Fold


def run(
    case: Case, system: System, dataset: Dataset, candidates: Sequence[Candidate[Any]], executor: Executor, *,
    contest: str = "contest", since: int | None = None, until: int | None = None,
    identify: Identify = lambda _, files: hash_model(files), unfinished: ContestCheckpoint | None = None,
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
    objective = find_metric(system, case, case.objective.metric)
    metrics = [objective, *(find_metric(system, case, g.metric) for g in select_offline_guardrails(case, system))]
    metrics += [m for m in system.metrics(case) if m.name not in {x.name for x in metrics}]
    folds = list(dataset.folds(count=case.contest.folds, since=since, until=until))
    if not folds:
        raise DataError("the data are too short for a single fold", mend="ask for fewer folds, or supply more history")
    entrants = _collect_candidates(case, system, candidates)
    jobs = [
        Job(system=system, case=case, candidate=c, fold=f, objective=objective.name, trials=case.contest.trials,
            windows=case.contest.windows, seed=case.seed, seeds=case.contest.seeds)
        for c in entrants for f in folds
    ]  # fmt: skip
    with keep_workers(executor):
        measured = _measure_candidates(jobs, dataset, metrics, executor, identify, unfinished or ContestCheckpoint())
        require_same_rows(measured)
        last = {name: of_folds[-1].fitted for name, of_folds in measured.items()}
        grown = measure_growth(case, system, dataset, folds[-1], last, executor)
    return _judge_contest(case, system, dataset, metrics, measured, last, grown, contest=contest)


def _measure_candidates(
    jobs: Sequence[Job], dataset: Dataset, metrics: Sequence[Metric], executor: Executor, identify: Identify,
    unfinished: ContestCheckpoint,
) -> dict[str, list[FoldMeasurement]]:  # fmt: skip
    """Fit every candidate on every fold and measure it as soon as it is fitted; results in the order of the jobs."""
    names = tuple(dict.fromkeys(job.candidate.name for job in jobs))
    report_progress(ExpectedWork(2 * len(jobs), names))
    found: dict[tuple[str, str], FoldMeasurement] = {}

    def measure_fit(job: Job, done: FitResult) -> None:
        name, span = job.candidate.name, f"answers of {job.fold.name}"
        report_progress(ProgressStep(name, span, "answering and scoring", 0.0))
        with attribute_errors(job.case, name, f"while it gives the {span}"):
            found[name, job.fold.name] = measure_candidate(load_fitted(done, identify), dataset, job.fold, metrics)
        report_progress(ProgressStep(name, span))

    workers = getattr(executor, "workers", 1)
    carry_out(executor, run_piece, ContestSchedule(jobs, dataset, unfinished, measure_fit, workers=workers))
    return {name: [found[name, job.fold.name] for job in jobs if job.candidate.name == name] for name in names}


def _judge_contest(
    case: Case, system: System, dataset: Dataset, metrics: Sequence[Metric],
    measured: Mapping[str, Sequence[FoldMeasurement]], last: Mapping[str, FittedCandidate], grown: Growth | None, *,
    contest: str,
) -> Contest:  # fmt: skip
    objective, level = metrics[0], case.contest.level
    n = int(encode_clusters(next(iter(measured.values())))[0].max()) + 1
    figures: dict[str, list[Figure]] = {name: [] for name in measured}
    comparisons: list[ComparisonFigure] = []
    margins = {g.metric: g.margin for g in select_offline_guardrails(case, system)}
    drawn = {
        m.name: replicate(measured, m, draws=case.contest.draws, seed=case.seed, over_time=case.contest.over_time)
        for m in metrics
    }
    for metric in metrics:
        replicates = drawn[metric.name]
        for name, of_metric in replicates.items():
            require_measurable(case, name, metric, of_metric.observed)
            figures[name].append(estimate_figure(metric, of_metric, level=level, n=n))
        if metric is objective or metric.name in margins:
            comparisons += compare(replicates, metric, level=level, n=n)
    before = measure_tuning_gain(measured, objective, case.contest, seed=case.seed, n=n)
    standings = _build_standings(case, system, measured, last, figures, drawn[objective.name], before)
    standings = mark_suspects(standings, objective, comparisons)
    standings = apply_guardrails(standings, comparisons, [(m, margins[m.name]) for m in metrics if m.name in margins])
    verdict = judge(
        standings, comparisons, objective=objective.name,
        higher_is_better=objective.direction == "higher", margin=case.objective.margin,
    )  # fmt: skip
    values = _collect_rows(measured)
    record = ContestRecord(
        contest=contest, objective=objective.name, direction=objective.direction,
        question=select_question(seeds=case.contest.seeds, over_time=case.contest.over_time),
        folds=tuple(_build_fold_span(m.fold, dataset) for m in next(iter(measured.values()))),
        standings=tuple(standings), comparisons=tuple(comparisons), verdict=verdict.word,
        recommended=verdict.recommended, tied=verdict.tied, reason=verdict.reason, trials_each=case.contest.trials,
        seeds_each=case.contest.seeds, over_time=case.contest.over_time, windows_each=case.contest.windows,
        ahead=count_folds_ahead(standings, verdict.recommended, higher_is_better=objective.direction == "higher"),
        values_sha256=compute_fingerprint(values, path=contest).sha256, canonical=True,
        data_sha256=dataset.check().fingerprint.sha256,
    )  # fmt: skip
    fold = next(iter(measured.values()))[-1].fold
    taken = measure_latencies(last, dataset.requests(fold))
    cost = build_cost_record(
        record, collect_costs(last, taken, seed=case.seed), drawn[objective.name],
        budgets=case.budgets, margin=case.objective.margin, seed=case.seed, growth=grown,
    )  # fmt: skip
    promised = replace(case, claims=split_claims(case, system)[0])
    cost = replace(cost, claims=answer_claims(promised, record, cost.costs, drawn, taken))
    return Contest(record=record, cost=cost, fitted=last, values=values, last=fold)


def _collect_rows(measured: Mapping[str, Sequence[FoldMeasurement]]) -> pl.DataFrame:
    return pl.concat(
        [m.units.with_columns(candidate=pl.lit(name)) for name, of_folds in measured.items() for m in of_folds]
    )


def _collect_candidates(case: Case, system: System, candidates: Sequence[Candidate[Any]]) -> list[Candidate[Any]]:
    baselines = system.baselines(case)
    if not baselines:
        raise PluginError(
            f"system {system.name} names no trivial baseline, so a contest cannot show that a candidate beats one"
        )
    everybody = [*candidates, *baselines]
    names = [candidate.name for candidate in everybody]
    for name in names:
        if names.count(name) > 1:
            raise CaseFileError(f"two candidates are called {name!r}", mend="give each candidate a name of its own")
    return everybody


def _build_standings(
    case: Case, system: System, measured: Mapping[str, Sequence[FoldMeasurement]], last: Mapping[str, FittedCandidate],
    figures: Mapping[str, Sequence[Figure]], reached: Mapping[str, Replicates], before: Mapping[str, TuningGain],
) -> list[Standing]:  # fmt: skip
    baselines = {candidate.name for candidate in system.baselines(case)}

    def find_role(name: str) -> Role:
        if name == case.incumbent:
            return "incumbent"
        return "baseline" if name in baselines else "candidate"

    return [
        Standing(
            candidate=name,
            model=last[name].hash,
            role=find_role(name),
            complexity=last[name].candidate.complexity,
            trials=max(m.fitted.trials for m in of_folds),
            figures=tuple(figures[name]),
            parameters=tuple(sorted((key, str(value)) for key, value in last[name].candidate.parameters.items())),
            fits=max(1 + len(m.refits) for m in of_folds),
            spread=_build_spread(figures[name][0], reached[name].spread, max(1 + len(m.refits) for m in of_folds)),
            untuned=before.get(name),
            by_fold=reached[name].by_fold,
            remark=_find_remark(last[name]),
        )
        for name, of_folds in measured.items()
    ]


def _build_spread(objective: Figure, spread: float, fits: int) -> Figure | None:
    if fits == 1:
        return None
    name = f"standard deviation of {objective.name} between fits"
    return Figure(name=name, value=spread, unit=objective.unit, n=fits, evidence_class="offline")


def _find_remark(fitted: FittedCandidate) -> str:
    return fitted.candidate.remark(fitted.model) if isinstance(fitted.candidate, RemarkingCandidate) else ""


def _build_fold_span(fold: Fold, dataset: Dataset) -> FoldSpan:
    outcomes = dataset.outcomes(fold)
    return FoldSpan(
        name=fold.name, train_end=fold.train_end, test_start=fold.test_start, test_end=fold.test_end,
        units=outcomes.height, outcomes=int(outcomes["matured"].sum()),
    )  # fmt: skip
