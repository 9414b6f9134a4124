"""Estimate outcome rates: overall, by column value, by position."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import numpy as np

from starcase.errors import NotIdentifiable
from starcase.evidence.figure import EvidenceClass, Figure
from starcase.evidence.records import Question
from starcase.inference import (
    Effect,
    Mean,
    Moments,
    Ratio,
    apply_post_stratification,
    estimate_difference,
    holm,
    sum_by_unit,
    wilson,
)
from starcase.inference.arms.contrast import compute_delta_variance
from starcase.inference.t_interval import t_interval
from starcase.inference.units import ROWS
from starcase.stages.analysis.log_table import FloatArray, Table

LEVEL = 0.95
FEWEST = 2


def estimate_rate(table: Table, name: str) -> Figure:
    """Estimate the share of rows with the outcome; clustered by unit if there are units, else Wilson's interval."""
    units = table.units
    if units is None:
        return build_figure(wilson(float(table.outcome.sum()), len(table), LEVEL), name)
    sums = Moments.from_columns(sum_by_unit(units, {"came": table.outcome}))
    line = Ratio("came", ROWS).linearize(sums)
    error = sqrt(compute_delta_variance(sums, line.columns, line.gradient))
    found = t_interval(
        line.value, error, freedom=max(1, sums.n - 1), level=LEVEL, n=sums.n, method="ratio over units",
        question="the share among all units like these", assumptions=(),
    )  # fmt: skip
    return build_figure(found, name)


def build_figure(effect: Effect, name: str, unit: str = "share", evidence_class: EvidenceClass = "recorded") -> Figure:
    """Build a figure from an effect; without an interval if the effect has none."""
    plain = Figure(name=name, value=effect.estimate, unit=unit, n=effect.n, evidence_class=evidence_class)
    if not np.isfinite([effect.low, effect.high]).all():
        return plain
    return Figure(
        name=name, value=effect.estimate, unit=unit, low=effect.low, high=effect.high, level=effect.level, n=effect.n,
        evidence_class=evidence_class,
    )  # fmt: skip


def summarize_rate(table: Table) -> Question:
    """Report the rate, and the numbers of rows and outcomes behind it."""
    came = Figure(name=f"{table.spec.outcome}, count", value=float(table.outcome.sum()), unit="count", n=len(table))
    rows = Figure(name="rows", value=len(table), unit="count")
    return Question(question="rate", part=table.part, figures=(rows, came, estimate_rate(table, table.spec.outcome)))


def compare_by_column(table: Table) -> Iterator[Question]:
    """Compare the rate between values of each column of ``by``; p-values are corrected for the number of columns."""
    columns = table.spec.by
    p_values = [_test_difference(table, column) for column in columns]
    for column, p_value in zip(columns, holm(p_values) if p_values else (), strict=True):
        figures = tuple(estimate_rate(one, _format_value(one, column)) for one in table.parts(column) if len(one))
        told = Figure(name="p, corrected for the number of columns", value=float(p_value), unit="probability")
        yield Question(question=f"by {column}", part=table.part, figures=(*figures, told))


def compare_by_position(table: Table) -> Iterator[Question]:
    """Report the rate by position for each policy: the first position is taken more often, whatever it shows."""
    spec = table.spec
    if not spec.position:
        return
    for one in table.parts(*([spec.policy] if spec.policy else [])):
        figures = tuple(estimate_rate(place, _format_value(place, spec.position)) for place in one.parts(spec.position))
        yield Question(question="by position", part=one.part, figures=figures)


def compare_policies(table: Table) -> Iterator[Question]:
    """Compare each pair of policies: the difference in the observed rate, and with equal weight for every position."""
    spec = table.spec
    if not spec.policy:
        return
    policies = list(table.parts(spec.policy))
    for place, first in enumerate(policies):
        for second in policies[place + 1 :]:
            said = f"{_format_value(second, spec.policy)} less {_format_value(first, spec.policy)}"
            yield _compare_pair(first, second, said, table.part)


def _compare_pair(first: Table, second: Table, said: str, part: str) -> Question:
    question, position = "between policies", first.spec.position
    effect = estimate_difference(Mean("came"), _compute_moments(first), _compute_moments(second), level=LEVEL)
    plain = build_figure(effect, f"{said}, as it is")
    if not position:
        return Question(question=question, part=part, figures=(plain,))
    ours, theirs = (
        {_format_value(one, position): _compute_moments(one) for one in table.parts(position)}
        for table in (first, second)
    )
    if ours.keys() != theirs.keys():
        why = f"not every {position} was used by both policies, so positions cannot have equal weight"
        return Question(question=question, part=part, figures=(plain,), refused=why)
    try:
        alike = apply_post_stratification({place: (ours[place], theirs[place]) for place in ours})
    except NotIdentifiable as refused:
        return Question(question=question, part=part, figures=(plain,), refused=refused.what)
    adjusted = estimate_difference(Mean("came"), *alike, level=LEVEL)
    shown = build_figure(adjusted, f"{said}, every {position} counted alike")
    return Question(question=question, part=part, figures=(plain, shown))


def _compute_moments(table: Table) -> Moments:
    return Moments.from_columns({"came": table.outcome})


def _format_value(table: Table, column: str) -> str:
    return f"{column} {table.rows[column][0]}"


def _test_difference(table: Table, column: str) -> float:
    """Return the p-value of Pearson's chi-square test over the values of a column; 1 with nothing to compare."""
    from scipy.stats import chi2_contingency  # noqa: PLC0415 - slow to import, and few commands ask

    counts = [(float(one.outcome.sum()), float(len(one))) for one in table.parts(column)]
    seen: FloatArray = np.array([[came, n - came] for came, n in counts])
    seen = seen[:, seen.sum(axis=0) > 0]
    if len(seen) < FEWEST or seen.shape[1] < FEWEST:
        return 1.0
    return float(chi2_contingency(seen, correction=False).pvalue)
