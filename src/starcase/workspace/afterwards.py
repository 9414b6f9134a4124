"""What champion and challenger would each have reached on the whole of a stretch, once its outcomes are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from starcase.case.model import Metric, Model, is_smooth
from starcase.case.request import FloatArray
from starcase.case.system import Fold
from starcase.contest.entrant import rows_of
from starcase.contest.replicates import Replicates
from starcase.evidence import Figure
from starcase.evidence.records import ChoiceRecord
from starcase.inference import Resampling, interval
from starcase.workspace.workspace import Workspace

FEWEST = 100


def afterwards(
    work: Workspace, champion: tuple[str, Model], challenger: tuple[str, Model], *, since: int, until: int
) -> tuple[Figure, ...]:
    """Both models on every request of a stretch, in the metrics the case is about.

    Each metric is given for both, with the difference and, where the champion's value is not zero, the change relative
    to it, by a paired bootstrap over independent units. Outcomes that had not arrived by ``until`` take no part; where
    none has, there is no figure.

    Args:
        work: the opened case; metrics are its objective, its guardrails and the criteria of its last choice.
        champion: the arm that served: its name, and its model.
        challenger: the arm that was tried out; it bears another name.
        since: first moment of the stretch, microseconds UTC.
        until: last moment, excluded.
    """
    fold = Fold(name="afterwards", train_end=since, test_start=since, test_end=until, known_by=until)
    if not work.dataset.outcomes(fold)["matured"].any():
        return ()
    metrics = _metrics(work)
    theirs, ours = (rows_of(name, model, work.dataset, fold, metrics)[1] for name, model in (champion, challenger))
    names = (champion[0], challenger[0])
    return tuple(figure for metric in metrics for figure in _of(work, (theirs, ours), metric, names))


def _metrics(work: Workspace) -> list[Metric]:
    chosen = work.ledger.last(ChoiceRecord)
    named = [work.case.objective.metric, *(rail.metric for rail in work.case.guardrails)]
    named += chosen[1].criteria if chosen else ()
    known = {metric.name: metric for metric in work.system.metrics(work.case)}
    return [known[name] for name in dict.fromkeys(named) if name in known]


def _of(
    work: Workspace, rows: tuple[pl.DataFrame, pl.DataFrame], metric: Metric, names: tuple[str, str]
) -> Iterator[Figure]:
    spec, (champion, challenger) = work.case.contest, names
    clusters = rows[0]["cluster"].rank("dense").to_numpy().astype(np.int64) - 1
    resampling = Resampling(clusters, draws=max(spec.draws, FEWEST), seed=work.case.seed)
    theirs, ours = (_drawn(resampling, metric, each) for each in rows)
    n = resampling.units
    yield _figure(f"{metric.name}, {champion}", metric.unit, theirs, spec.level, n)
    yield _figure(f"{metric.name}, {challenger}", metric.unit, ours, spec.level, n)
    apart = Replicates(observed=ours.observed - theirs.observed, draws=ours.draws - theirs.draws)
    yield _figure(f"{metric.name}, {challenger} less {champion}", metric.unit, apart, spec.level, n)
    if theirs.observed and np.all(theirs.draws != 0):
        change = Replicates(observed=apart.observed / theirs.observed, draws=apart.draws / theirs.draws)
        yield _figure(f"{metric.name}, change relative to {champion}", "share", change, spec.level, n)


def _drawn(resampling: Resampling, metric: Metric, rows: pl.DataFrame) -> Replicates:
    units = rows[metric.name].struct.unnest()

    def value(weights: FloatArray) -> FloatArray:
        return metric.value(units, weights)

    draws = resampling.replicates([value], smooth=is_smooth(metric))[0]
    return Replicates(observed=resampling.observed(value), draws=draws)


def _figure(name: str, unit: str, drawn: Replicates, level: float, n: int) -> Figure:
    effect = interval(drawn.observed, drawn.draws, level=level, n=n)
    plain = Figure(name=name, value=effect.estimate, unit=unit, n=n, evidence_class="replayed")
    if not np.isfinite([effect.low, effect.high]).all():
        return plain
    return replace(plain, low=effect.low, high=effect.high, level=level)
