"""Run all analyses of one log, in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from starcase.contract.log_spec import LogSpec
from starcase.errors import NotIdentifiable
from starcase.evidence import Figure
from starcase.evidence.records import AnalysisRecord, Finding, Question
from starcase.stages.analysis.behaviour import compare_behaviour, describe_segments
from starcase.stages.analysis.features import check_category_agreement, find_leaking_feature
from starcase.stages.analysis.log_table import Table, read_log
from starcase.stages.analysis.off_policy import check_mean_weight, estimate_off_policy
from starcase.stages.analysis.rates import compare_by_column, compare_by_position, compare_policies, summarize_rate
from starcase.stages.analysis.sample_size import estimate_sample_sizes
from starcase.stages.analysis.seasonality import compute_seasonal_shares
from starcase.tables.clock import DAY
from starcase.tables.fingerprint import compute_fingerprint

SEASONS = (("week", 7 * DAY, 7), ("year", 365 * DAY, 12))


def analyse(folder: Path, spec: LogSpec, *, seed: int) -> AnalysisRecord:
    """Run every analysis that the named columns of a log allow.

    Rates with intervals by column and position; comparisons of policies with equal weight for every position;
    off-policy estimates next to the reached rate; behaviour with and without the outcome, and segments of it; features
    that reveal the outcome, categories that differ between parts; seasonality; the sample size of an experiment.
    Questions that the log cannot answer are refused with the reason.

    Args:
        folder: where the log's path begins.
        spec: what its columns mean.
        seed: of clusterings and folds.

    Raises:
        DataError: the log cannot be used; the message names file, column and row.
    """
    table = read_log(folder, spec)
    questions: list[Question] = []
    findings: list[Finding] = []
    for part in table.parts(*spec.within):
        questions += _analyse_part(part, seed)
    told, found = find_leaking_feature(table, seed=seed)
    questions, findings = [*questions, *told], [*findings, *found]
    findings += [finding for question in questions if (finding := check_mean_weight(question, spec.path))]
    figures, found = check_category_agreement(table)
    questions += [Question(question="categories", figures=figures)] if figures else []
    findings += found
    questions += _describe_seasons(table)
    named = list(dict.fromkeys(spec.columns.values()))
    return AnalysisRecord(
        log=spec.name, outcome=spec.outcome, fingerprint=compute_fingerprint(table.rows.select(named), path=spec.path),
        questions=tuple(questions), findings=tuple(findings),
    )  # fmt: skip


def _analyse_part(table: Table, seed: int) -> Iterator[Question]:
    yield summarize_rate(table)
    yield from compare_by_column(table)
    yield from compare_by_position(table)
    yield from compare_policies(table)
    yield from estimate_off_policy(table)
    yield from compare_behaviour(table)
    yield from describe_segments(table, seed=seed)
    yield from estimate_sample_sizes(table)


def _describe_seasons(table: Table) -> Iterator[Question]:
    """Report the share of rows in each part of a week and of a year, if the log covers two full cycles."""
    if not table.spec.time:
        return
    times = table.rows[table.spec.time].drop_nulls()
    for name, period, parts in SEASONS:
        question = f"season of a {name}"
        if not isinstance(times.dtype, pl.Date | pl.Datetime):
            why = f"not identifiable: {table.spec.time} holds no dates, so order and length of cycles are unknown"
            yield Question(question=question, refused=why)
            continue
        at = times.cast(pl.Datetime("us")).to_physical().to_numpy()
        try:
            shares = compute_seasonal_shares(at, period=period, parts=parts)
        except NotIdentifiable as refused:
            yield Question(question=question, refused=f"not identifiable: {refused.what}; {refused.why}")
            continue
        figures = tuple(
            Figure(name=f"part {place + 1} of {parts}", value=share, unit="share", n=at.size)
            for place, share in enumerate(shares.tolist())
        )
        yield Question(question=question, figures=figures)
