"""The metrics of champion and challenger if each had answered every request of a span whose outcomes are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from starcase.app.workspace import Workspace
from starcase.compute.traceback_text import describe_exception
from starcase.contract.model import Metric, Model, is_smooth
from starcase.contract.request import Answer, FloatArray
from starcase.contract.system import Fold
from starcase.evidence import Figure
from starcase.evidence.figure import drop_open_interval
from starcase.evidence.number_format import format_digits
from starcase.evidence.records import ChoiceRecord
from starcase.evidence.records.replay import UndefinedFigure
from starcase.inference import Resampling, compute_percentile_interval
from starcase.stages.contest.evaluation import measure_fold
from starcase.stages.contest.replicates import Replicates

FEWEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterfactualMetrics:
    """The metrics measured on a span, and those that are undefined on it, with the reason."""

    figures: tuple[Figure, ...] = ()
    undefined: tuple[UndefinedFigure, ...] = ()


def measure_counterfactual(
    work: Workspace, champion: tuple[str, Model], challenger: tuple[str, Model], *, since: int, until: int
) -> CounterfactualMetrics:
    """Measure both models on every request of a span in the case's metrics.

    Each metric is given for both, with the difference and, where the champion's value is not zero, the change relative
    to it, by a paired bootstrap over independent units. Outcomes that had not arrived by ``until`` take no part. What
    has no value (a recall where nothing was to be found) is named with the reason, and so is every metric where no
    outcome has arrived, or a model fails on a request of the span: the served decisions are kept in any case.

    Args:
        work: the opened case; metrics are its objective, its guardrails and the criteria of its last choice.
        champion: the arm that served: its name, and its model.
        challenger: the arm that was tried out; it bears another name.
        since: first moment of the stretch, microseconds UTC.
        until: last moment, excluded.
    """
    fold = Fold(name="afterwards", train_end=since, test_start=since, test_end=until, known_by=until)
    metrics, outcomes = _select_metrics(work), work.dataset.outcomes(fold)
    if not outcomes["matured"].any():
        return CounterfactualMetrics(
            undefined=_mark_undefined(metrics, "no outcome of the stretch was known by its end")
        )
    answers, rows = {}, {}
    for name, model in (champion, challenger):
        try:
            answers[name], rows[name] = measure_fold(name, model, work.dataset, fold, metrics)
        except Exception as failure:  # noqa: BLE001 - a failing model must not invalidate the served decisions
            why = f"{name} fails where it is asked every request of the stretch: {describe_exception(failure)}"
            return CounterfactualMetrics(undefined=_mark_undefined(metrics, why))
    known = outcomes.filter(pl.col("matured"))["outcome"]
    reasons = {name: _explain_undefined(known, given) for name, given in answers.items()}
    found = [_measure_metric(work, rows, metric, reasons) for metric in metrics]
    return CounterfactualMetrics(
        figures=tuple(figure for one in found for figure in one.figures),
        undefined=tuple(missing for one in found for missing in one.undefined),
    )


def _select_metrics(work: Workspace) -> list[Metric]:
    chosen = work.ledger.last(ChoiceRecord)
    named = [work.case.objective.metric, *(rail.metric for rail in work.case.guardrails)]
    named += chosen[1].criteria if chosen else ()
    known = {metric.name: metric for metric in work.system.metrics(work.case)}
    return [known[name] for name in dict.fromkeys(named) if name in known]


def _measure_metric(
    work: Workspace, rows: Mapping[str, pl.DataFrame], metric: Metric, reasons: Mapping[str, str]
) -> CounterfactualMetrics:
    champion, challenger = rows
    spec = work.case.contest
    clusters = rows[champion]["cluster"].rank("dense").to_numpy().astype(np.int64) - 1
    resampling = Resampling(clusters, draws=max(spec.draws, FEWEST), seed=work.case.seed)
    drawn = {name: _draw_metric(resampling, metric, rows[name]) for name in (champion, challenger)}
    lacking = [name for name, one in drawn.items() if not np.isfinite(one.observed)]
    named = [UndefinedFigure(figure=f"{metric.name}, {name}", why=reasons[name]) for name in lacking]
    parts = list(_build_parts(metric, drawn, champion, challenger, lacking))
    figures = [_build_figure(name, unit, part, spec.level, resampling.units) for name, unit, part in parts]
    relative = f"{metric.name}, change relative to {champion}"
    if not lacking and relative not in {name for name, _, _ in parts}:
        named.append(UndefinedFigure(figure=relative, why=f"{champion} reached {_describe_value(drawn[champion])}"))
    return CounterfactualMetrics(figures=tuple(figures), undefined=tuple(named))


def _build_parts(
    metric: Metric, drawn: Mapping[str, Replicates], champion: str, challenger: str, lacking: Iterable[str]
) -> Iterator[tuple[str, str, Replicates]]:
    """Return name, unit and draws of the defined metrics: of each model, their difference, the relative change."""
    for name, one in drawn.items():
        if name not in lacking:
            yield f"{metric.name}, {name}", metric.unit, one
    if lacking:
        return
    theirs, ours = drawn[champion], drawn[challenger]
    apart = Replicates(observed=ours.observed - theirs.observed, draws=ours.draws - theirs.draws)
    yield f"{metric.name}, {challenger} less {champion}", metric.unit, apart
    if theirs.observed and np.all(theirs.draws != 0):
        change = Replicates(observed=apart.observed / theirs.observed, draws=apart.draws / theirs.draws)
        yield f"{metric.name}, change relative to {champion}", "share", change


def _draw_metric(resampling: Resampling, metric: Metric, rows: pl.DataFrame) -> Replicates:
    units = rows[metric.name].struct.unnest()

    def compute_metric(weights: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):  # a metric is NaN where it is undefined
            return metric.value(units, weights)

    draws = resampling.replicates([compute_metric], smooth=is_smooth(metric))[0]
    return Replicates(observed=resampling.compute_statistic(compute_metric), draws=draws)


def _mark_undefined(metrics: Iterable[Metric], why: str) -> tuple[UndefinedFigure, ...]:
    return tuple(UndefinedFigure(figure=metric.name, why=why) for metric in metrics)


def _explain_undefined(known: pl.Series, answers: Sequence[Answer]) -> str:
    """Explain why a metric of a model is undefined: all outcomes or all answers are the same."""
    only, actions = known.cast(pl.Float64, strict=False).unique(), {answer.action for answer in answers}
    facts = []
    if only.len() == 1 and only[0] is not None:
        facts.append(f"each of the {known.len():,} outcomes known is {format_digits(float(only[0]))}")
    if len(actions) == 1:
        facts.append(f"each answer is {actions.pop()!r}")
    return " and ".join(facts) or f"none of the {known.len():,} requests whose outcome is known counts in it"


def _describe_value(theirs: Replicates) -> str:
    return "exactly 0" if not theirs.observed else "so little that it is 0 in some of the draws"


def _build_figure(name: str, unit: str, drawn: Replicates, level: float, n: int) -> Figure:
    effect = compute_percentile_interval(drawn.observed, drawn.draws, level=level, n=n)
    return drop_open_interval(
        Figure(
            name=name, value=effect.estimate, unit=unit, low=effect.low, high=effect.high, level=level, n=n,
            evidence_class="replayed",
        )
    )  # fmt: skip
