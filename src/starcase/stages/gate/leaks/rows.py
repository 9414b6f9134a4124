"""Find rows that leak: in training and the test span, or with outcomes used before they were known."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from starcase.evidence.figure import Figure
from starcase.stages.gate.leaks.leak import Leak, Split

EVENTS_COPIED = 0.2


def find_time_leaks(split: Split) -> Iterator[Leak]:
    """Find rows of the test span in training, and outcomes used before they were known."""
    fold, rows = split.fold, split.rows
    found = {
        "training rows with an outcome known after the end of training": rows["known_at"] > fold.train_end,
        "training rows with an outcome known before they were decided": rows["known_at"] < rows["at"],
        "training rows from the test span": rows["at"] >= fold.test_start,
        "test requests among the training rows": rows["id"].is_in(pl.Series(split.ids).implode()),
    }
    for what, wrong in found.items():
        if wrong.any():
            figure = Figure(name=what, value=int(wrong.sum()), unit="count", n=rows.height)
            yield Leak(what=what, figure=figure, rows=tuple(rows["id"].filter(wrong)))


def find_copied_rows(split: Split, *, duplicates: float) -> Iterator[Leak]:
    """Find requests that copy training rows, beyond the rate of copies among training rows.

    Where outcomes are rankings, units without a past are all alike, and more of them are asked than trained on.
    """
    columns = [name for name in split.trained.columns if name in split.features.columns]
    if not columns or split.features.height == 0 or split.kind == "ranking":
        return
    seen, asked = (table.select(columns).hash_rows(seed=0) for table in (split.trained, split.features))
    cut = seen.len() * 3 // 4
    earlier, later = seen[:cut].implode(), seen[cut:]
    bad, bad_later = (_find_events(outcome) for outcome in (split.outcome, split.rows["outcome"][cut:]))
    copied, natural = asked.is_in(seen.implode()), later.is_in(earlier)
    within = f"equal in {', '.join(columns[:3])}{' and the other features' if len(columns) > 3 else ''}"  # noqa: PLR2004
    ids = pl.Series(split.ids)
    excess = _compute_share(copied) - _compute_share(natural)
    if excess > duplicates:
        what = f"test requests that are copies of training rows, {within}, beyond what is natural"
        figure = Figure(name="test requests copied beyond what is natural", value=excess, unit="share", n=copied.len())
        yield Leak(what=what, figure=figure, rows=tuple(ids.filter(copied)))
    excess = _compute_share(copied.filter(bad)) - _compute_share(natural.filter(bad_later))
    if split.kind == "binary" and excess > EVENTS_COPIED:
        what = f"events of the test span that are copies of training rows, {within}, beyond what is natural"
        figure = Figure(name="events copied beyond what is natural", value=excess, unit="share", n=int(bad.sum()))
        yield Leak(what=what, figure=figure, rows=tuple(ids.filter(copied & bad)))


def find_group_leaks(split: Split) -> Iterator[Leak]:
    """Find test requests of units that are in training; a leak only if the case is about new units."""
    met = split.clusters.is_in(split.rows["cluster"].implode())
    if met.any():
        what = "test requests of units that are in training too"
        figure = Figure(name=what, value=int(met.sum()), unit="count", n=met.len())
        yield Leak(what=what, figure=figure, rows=tuple(pl.Series(split.ids).filter(met)))


def _find_events(outcome: pl.Series) -> pl.Series:
    return outcome.cast(pl.Float64, strict=False).fill_null(0.0) > 0


def _compute_share(column: pl.Series) -> float:
    return float(column.sum()) / column.len() if column.len() else 0.0
