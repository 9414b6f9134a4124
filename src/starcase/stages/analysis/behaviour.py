"""Analyse behaviour: dwell and other numbers with and without the outcome, and segments on log scales."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from starcase.errors import NotIdentifiable
from starcase.evidence import Figure
from starcase.evidence.number_format import format_digits
from starcase.evidence.records import Question
from starcase.inference import Count, compare_proportions, holm, wilson
from starcase.stages.analysis.log_table import Table
from starcase.stages.analysis.rates import LEVEL, build_figure
from starcase.stages.analysis.segments import FloatArray, find_segments


def compare_behaviour(table: Table) -> Iterator[Question]:
    """Compare the median of each number with and without the outcome, and the rate by quartile of the units."""
    came = table.outcome > 0
    for column in table.spec.behaviour:
        values = table.rows[column].cast(pl.Float64).to_numpy()
        figures = [
            Figure(name=f"median, {said} {table.spec.outcome}", value=float(np.median(values[mine])), unit="",
                   n=int(mine.sum()))
            for said, mine in (("with", came), ("without", ~came)) if mine.any()
        ]  # fmt: skip
        edges = np.quantile(values, (0.25, 0.5, 0.75))
        fourth = np.searchsorted(edges, values, side="left")
        for place in range(4):
            mine = fourth == place
            if mine.any():
                least, most = (format_digits(float(end), 4) for end in (values[mine].min(), values[mine].max()))
                name = f"{table.spec.outcome}, {column} from {least} to {most}"
                figures.append(build_figure(wilson(float(came[mine].sum()), int(mine.sum()), LEVEL), name))
        yield Question(
            question=f"by {column}", part=table.part, figures=tuple(figures),
            said="these are associations with the outcome, found without randomisation",
        )  # fmt: skip


def describe_segments(table: Table, *, seed: int) -> Iterator[Question]:
    """Find the finest large and stable segments, and compare the rate of each with all others, corrected (Holm)."""
    spec = table.spec
    if len(spec.behaviour) < 2:  # noqa: PLR2004 - segments need two numbers
        return
    raw, came, rows = _summarize_units(table)

    def format_medians(values: Sequence[float], everybody: Sequence[Sequence[float]]) -> str:
        del everybody
        return ", ".join(
            f"{column} {format_digits(value, 4)}" for column, value in zip(spec.behaviour, values, strict=True)
        )

    try:
        found = find_segments(raw, format_medians, seed=seed, smallest=spec.smallest, agreement=spec.agreement)
    except NotIdentifiable as refused:
        why = f"{refused.what}; {refused.why}"
        yield Question(question="segments", part=table.part, refused=why)
        return
    place = found.place(raw)
    mine = [_count_outcomes(came, rows, place == k) for k in range(len(found.names))]
    others = [_count_outcomes(came, rows, place != k) for k in range(len(found.names))]
    effects = [compare_proportions(rest, own, level=LEVEL) for rest, own in zip(others, mine, strict=True)]
    corrected = holm([effect.p_value for effect in effects])
    figures = [Figure(name="lowest agreement with a bootstrap sample's segments", value=found.stability, unit="Rand",
                      n=len(raw))]  # fmt: skip
    for k, (name, effect) in enumerate(zip(found.names, effects, strict=True)):
        figures += [
            Figure(name=f"{name}: share of the units", value=float(found.shares[k]), unit="share", n=len(raw)),
            build_figure(wilson(float(mine[k].events), int(mine[k].of), LEVEL), f"{name}: {spec.outcome}"),
            build_figure(effect, f"{name}: {spec.outcome}, less all others"),
            Figure(name=f"{name}: p, corrected for the segments", value=float(corrected[k]), unit="probability"),
        ]
    who = "units" if spec.unit else "rows, because the log has no unit column: types of visits, not of persons"
    yield Question(question="segments", part=table.part, figures=tuple(figures), said=f"segments of {who}")


def _count_outcomes(came: FloatArray, rows: FloatArray, chosen: npt.NDArray[np.bool_]) -> Count:
    return Count(float(came[chosen].sum()), float(rows[chosen].sum()))


def _summarize_units(table: Table) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return (n, d) the mean behaviour of each unit, (n,) its outcomes and (n,) its rows."""
    columns = [pl.col(column).cast(pl.Float64) for column in table.spec.behaviour]
    rows = table.rows.select(
        *columns, came=pl.col(table.spec.outcome).cast(pl.Float64),
        **({"unit": pl.col(table.spec.unit).cast(pl.String)} if table.spec.unit else {}),
    )  # fmt: skip
    if not table.spec.unit:
        return rows.select(table.spec.behaviour).to_numpy(), rows["came"].to_numpy(), np.ones(len(rows))
    units = rows.group_by("unit", maintain_order=True).agg(
        *(pl.col(column).mean() for column in table.spec.behaviour), pl.col("came").sum(), n=pl.len()
    )
    return (
        units.select(table.spec.behaviour).to_numpy(),
        units["came"].to_numpy(),
        units["n"].cast(pl.Float64).to_numpy(),
    )
