"""Health figures: answers, known outcomes, and how long both take."""

from __future__ import annotations

import polars as pl

from starcase.evidence import Figure
from starcase.evidence.decisions import OutcomeCounts
from starcase.tables.clock import HOUR


def measure_health(decisions: pl.DataFrame, counts: OutcomeCounts, *, delay: int, now: int) -> tuple[Figure, ...]:
    """Measure the health of decisions and outcomes; an unknown outcome never counts as a good one.

    Args:
        decisions: rows as ``DecisionLog.table`` gives them.
        counts: what became of all outcomes received.
        delay: how long an outcome takes to become known, microseconds.
        now: the present, microseconds UTC; outcomes of decisions older than ``delay`` are due.
    """
    n = decisions.height
    due = decisions.filter(pl.col("at") + delay <= now)
    known = decisions.filter(pl.col("outcome_at").is_not_null())
    figures = [Figure(name="decisions", value=n, unit="count", n=n)]
    if n:
        figures.append(_build_share("decisions the champion had to answer", decisions["error"] != ""))
    if due.height:
        figures.append(_build_share("outcomes known of those that are due", due["outcome"].is_not_null()))
    if known.height:
        waited = (known["outcome_at"] - known["at"]).cast(pl.Float64) / HOUR
        figures += [
            Figure(name=f"{word} time until an outcome is known", value=float(value), unit="hours", n=known.height)
            for word, value in (("median", waited.median()), ("longest", waited.max()))
            if isinstance(value, float)
        ]
    for name in ("orphan", "repeated", "contradicting", "late"):
        if value := getattr(counts, name):
            figures.append(Figure(name=f"{name} outcomes", value=value, unit="count", n=counts.received))
    return (*figures, *_measure_latencies(decisions["latency_us"]))


def _build_share(name: str, which: pl.Series) -> Figure:
    return Figure(name=name, value=float(which.sum()) / which.len(), unit="share", n=which.len())


def _measure_latencies(taken: pl.Series) -> tuple[Figure, ...]:
    return tuple(
        Figure(name=f"{name} latency", value=float(value), unit="us", n=taken.len(), clock=True)
        for name, q in (("p50", 0.5), ("p99", 0.99))
        if (value := taken.quantile(q, "linear")) is not None
    )
