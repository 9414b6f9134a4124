"""Everything one log is asked, in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from starcase.contract.log_spec import LogSpec
from starcase.errors import NotIdentifiable
from starcase.evidence import Figure
from starcase.evidence.records import AnalysisRecord, Finding, Question
from starcase.stages.analysis.behaviour import dwell, segments
from starcase.stages.analysis.features import agreement, give_away
from starcase.stages.analysis.log_table import Table, read_log
from starcase.stages.analysis.off_policy import odd_weights, off_policy
from starcase.stages.analysis.rates import between_policies, by_columns, by_position, overall
from starcase.stages.analysis.sample_size import sizes
from starcase.stages.analysis.seasonality import seasonal_shares
from starcase.tables.clock import DAY
from starcase.tables.fingerprint import fingerprint

SEASONS = (("week", 7 * DAY, 7), ("year", 365 * DAY, 12))


def analyse(folder: Path, spec: LogSpec, *, seed: int) -> AnalysisRecord:
    """Ask a log of the case in ``folder`` everything its named columns allow.

    Rates with intervals by column and place; policies against each other with places counted alike; off-policy
    estimates beside what was reached; behaviour with and without the outcome, segments of it; features that give the
    outcome away, categories that do not agree; seasons; the size an experiment would need. What the log cannot say is
    refused with the reason.

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
        questions += _of_part(part, seed)
    told, found = give_away(table, seed=seed)
    questions, findings = [*questions, *told], [*findings, *found]
    findings += [finding for question in questions if (finding := odd_weights(question, spec.path))]
    figures, found = agreement(table)
    questions += [Question(question="categories", figures=figures)] if figures else []
    findings += found
    questions += _seasons(table)
    named = list(dict.fromkeys(spec.columns.values()))
    return AnalysisRecord(
        log=spec.name, outcome=spec.outcome, fingerprint=fingerprint(table.rows.select(named), path=spec.path),
        questions=tuple(questions), findings=tuple(findings),
    )  # fmt: skip


def _of_part(table: Table, seed: int) -> Iterator[Question]:
    yield overall(table)
    yield from by_columns(table)
    yield from by_position(table)
    yield from between_policies(table)
    yield from off_policy(table)
    yield from dwell(table)
    yield from segments(table, seed=seed)
    yield from sizes(table)


def _seasons(table: Table) -> Iterator[Question]:
    """The share of the rows in each part of a week and of a year, where two full cycles were watched."""
    if not table.spec.time:
        return
    times = table.rows[table.spec.time].drop_nulls()
    for name, period, parts in SEASONS:
        question = f"season of a {name}"
        if not isinstance(times.dtype, pl.Date | pl.Datetime):
            why = f"not identifiable: {table.spec.time} names no day, so neither order nor length of cycles is known"
            yield Question(question=question, refused=why)
            continue
        at = times.cast(pl.Datetime("us")).to_physical().to_numpy()
        try:
            shares = seasonal_shares(at, period=period, parts=parts)
        except NotIdentifiable as refused:
            yield Question(question=question, refused=f"not identifiable: {refused.what}; {refused.why}")
            continue
        figures = tuple(
            Figure(name=f"part {place + 1} of {parts}", value=share, unit="share", n=at.size)
            for place, share in enumerate(shares.tolist())
        )
        yield Question(question=question, figures=figures)
