"""Ways in which a test span can leak into training, each looked for in tables alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import polars.selectors as cs

from starcase.case.request import FloatArray
from starcase.case.system import Fold, OutcomeKind
from starcase.evidence.figure import Figure

MOST_ROWS = 100_000
FEW_ROWS = 1_000
CLOCK = 0.999
NAMES, NUMBERS = 0.9, 0.999
EVENTS_COPIED = 0.2
LEVELS = 100
STRONG = 0.9


@dataclass(frozen=True, slots=True)
class Leak:
    """One finding: what leaks, and the figure that shows it."""

    what: str
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Training rows and test requests side by side.

    Args:
        fold: where training ends and testing begins.
        rows: training rows as ``Dataset.training_rows`` gives them, in time order.
        ids: of the test requests.
        features: of the test requests, one row each.
        outcome: of the test requests, null where not matured.
        kind: what outcomes are.
    """

    fold: Fold
    rows: pl.DataFrame
    ids: Sequence[str]
    features: pl.DataFrame
    outcome: pl.Series
    kind: OutcomeKind

    @property
    def trained(self) -> pl.DataFrame:
        """Features of the training rows, one column a feature."""
        return self.rows["features"].struct.unnest()


def time_leaks(split: Split) -> Iterator[Leak]:
    """Rows of the test span in training, and outcomes used before anybody knew them."""
    n, fold, rows = split.rows.height, split.fold, split.rows
    counts = {
        "training rows with an outcome known after the end of training": (rows["known_at"] > fold.train_end).sum(),
        "training rows with an outcome known before they were decided": (rows["known_at"] < rows["at"]).sum(),
        "training rows from the test span": (rows["at"] >= fold.test_start).sum(),
        "test requests among the training rows": rows["id"].is_in(pl.Series(split.ids).implode()).sum(),
    }
    for what, count in counts.items():
        if count:
            yield Leak(what, Figure(name=what, value=int(count), unit="count", n=n))


def twin_leaks(split: Split, *, duplicates: float) -> Iterator[Leak]:
    """Requests that are copies of training rows, beyond what the training rows do among themselves.

    Where outcomes are rankings, units without a past are all alike, and more of them are asked than trained on.
    """
    columns = [name for name in split.trained.columns if name in split.features.columns]
    if not columns or split.features.height == 0 or split.kind == "ranking":
        return
    seen, asked = (table.select(columns).hash_rows(seed=0) for table in (split.trained, split.features))
    cut = seen.len() * 3 // 4
    earlier, later = seen[:cut].implode(), seen[cut:]
    bad, bad_later = (_events(outcome) for outcome in (split.outcome, split.rows["outcome"][cut:]))
    copied, natural = asked.is_in(seen.implode()), later.is_in(earlier)
    excess = _share(copied) - _share(natural)
    if excess > duplicates:
        what = "test requests that are copies of training rows, beyond what is natural"
        yield Leak(what, Figure(name=what, value=excess, unit="share", n=copied.len()))
    excess = _share(copied.filter(bad)) - _share(natural.filter(bad_later))
    if split.kind == "binary" and excess > EVENTS_COPIED:
        what = "events of the test span that are copies of training rows, beyond what is natural"
        yield Leak(what, Figure(name=what, value=excess, unit="share", n=int(bad.sum())))


def name_leaks(split: Split) -> Iterator[Leak]:
    """Features that are a clock, a row number, or a name of the row.

    Where outcomes are rankings, a text holds a unit's past: it differs from row to row and names none.
    """
    table = _thinned(split.rows)
    features, at = table["features"].struct.unnest(), table["at"].cast(pl.Float64).to_numpy()
    for name, column in features.select(cs.numeric()).to_dict().items():
        values, known = _numbers(column)
        if known.sum() < FEW_ROWS or np.unique(values[known]).size <= LEVELS:
            continue
        alike = abs(_correlation(_ranks(values[known]), _ranks(at[known])))
        if alike >= CLOCK:
            yield _feature_leak(name, "is a clock or a row number", "rank correlation with time", alike, known)
        elif _whole(values[known]) and (unique := np.unique(values[known]).size / known.sum()) > NUMBERS:
            yield _feature_leak(name, "names the row", "share of different values", unique, known)
    for name, column in features.select(cs.string()).to_dict().items() if split.kind != "ranking" else ():
        unique = column.drop_nulls().n_unique() / max(1, column.len())
        if column.len() >= FEW_ROWS and unique > NAMES:
            yield _feature_leak(name, "names the row", "share of different values", unique, np.ones(column.len()))


def outcome_leaks(split: Split, *, alone: float, drop: float) -> Iterator[Leak]:
    """Features that give the outcome away: alone almost perfectly, or in training far better than in the test span."""
    if split.kind == "ranking":
        return
    trained, tested = _thinned(split.rows), _tested(split)
    for name, column in trained["features"].struct.unnest().to_dict().items():
        strength = _strength(column, trained["outcome"], split.kind)
        if strength is None:
            continue
        if strength >= alone:
            yield _feature_leak(name, "alone gives the outcome away", "strength alone", strength, trained["outcome"])
        elif strength >= STRONG and name in tested.columns:
            later = _strength(tested[name], tested["*outcome"], split.kind)
            if later is not None and strength - later > drop:
                what = "knows the outcome in training and not in the test span"
                yield _feature_leak(name, what, "strength lost", strength - later, tested["*outcome"])


def _feature_leak(name: str, what: str, measure: str, value: float, rows: pl.Series | np.ndarray) -> Leak:
    figure = Figure(name=f"{measure} of {name}", value=float(value), unit="share", n=len(rows))
    return Leak(f"feature {name} {what}", figure)


def _strength(column: pl.Series, outcome: pl.Series, kind: OutcomeKind) -> float | None:
    """How well a feature alone orders the outcomes: 0 for not at all, 1 for perfectly; None where it cannot be said.

    For a binary outcome the Gini coefficient (twice the area under the ROC curve, minus one), for a real one Spearman's
    rank correlation, both without their sign.
    """
    values, known = _numbers(column if column.dtype.is_numeric() else column.is_null().cast(pl.Float64))
    target = outcome.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    known = known & np.isfinite(target)
    if known.sum() < FEW_ROWS // 10 or np.unique(values[known]).size < 2:  # noqa: PLR2004 - a constant orders nothing
        return None
    ranks, target = _ranks(values[known]), target[known]
    if kind == "real":
        return abs(_correlation(ranks, _ranks(target)))
    events = target > 0
    n_events, n_others = int(events.sum()), int((~events).sum())
    if min(n_events, n_others) < 20:  # noqa: PLR2004 - a handful of events is ordered perfectly by chance
        return None
    area = (ranks[events].sum() - n_events * (n_events + 1) / 2) / (n_events * n_others)
    return abs(2 * float(area) - 1)


def _tested(split: Split) -> pl.DataFrame:
    table = split.features.with_columns(split.outcome.cast(pl.Float64, strict=False).alias("*outcome"))
    return _thinned(table.filter(pl.col("*outcome").is_not_null()))


def _thinned(table: pl.DataFrame) -> pl.DataFrame:
    """At most ``MOST_ROWS`` rows at even distances."""
    return table.gather_every(1 + table.height // MOST_ROWS)


def _numbers(column: pl.Series) -> tuple[FloatArray, np.ndarray]:
    values = column.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    return values, np.isfinite(values)


def _ranks(values: FloatArray) -> FloatArray:
    return pl.Series(values).rank("average").to_numpy()


def _correlation(a: FloatArray, b: FloatArray) -> float:
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale else 0.0


def _whole(values: FloatArray) -> bool:
    return bool(np.all(values == np.floor(values)))


def _events(outcome: pl.Series) -> pl.Series:
    return outcome.cast(pl.Float64, strict=False).fill_null(0.0) > 0


def _share(column: pl.Series) -> float:
    return float(column.sum()) / column.len() if column.len() else 0.0
