"""How well champion and challenger rank, week by week, by the protocol of the handbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.fraud.models import WEEKS, fitted, week_of
from benchmarks.fraud.stream import CHALLENGER, CHAMPION, day

from starcase.inference import Resampling
from starcase.systems.fraud.candidate import FraudCandidate
from starcase.systems.fraud.dataset import FraudDataset
from starcase.systems.fraud.metrics import AveragePrecision, CardPrecision, ErrorsAtRate

FloatArray = npt.NDArray[np.float64]
BUDGET = 0.001
DRAWS = 1_000
LEVEL = 0.95
# The challenger's settings and its run of known frauds were chosen on the weeks before; these two took no part.
UNTOUCHED = (108, 115)


@dataclass(frozen=True, slots=True)
class Change:
    """Errors of the challenger against another model's at equal false positives, and the interval of the change."""

    weeks: str
    against: str
    false_positives: int
    frauds: int
    champion_missed: int
    challenger_missed: int
    change: float
    low: float
    high: float
    average_precision: dict[str, float]
    card_precision_100: dict[str, float]
    recall_by_scenario: dict[str, tuple[float, ...]]

    def plain(self) -> dict[str, object]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Week:
    """The transactions of a week on cards not known to be compromised, and what both models said of them."""

    first: int
    rows: pl.DataFrame
    scores: dict[str, FloatArray]


def weeks(dataset: FraudDataset, scores: dict[str, FloatArray], scenario: pl.Series) -> list[Week]:
    """The measured weeks that were served."""
    rows = dataset.transactions
    table = pl.DataFrame(
        {"card": rows.cards, "day": (rows.at - day(0)) // (day(1) - day(0)), "fraud": rows.label, "scenario": scenario}
    ).with_row_index("row")
    served = len(next(iter(scores.values())))
    found = []
    for first in WEEKS:
        kept = unknown_cards(table, first)
        if kept.height and int(kept["row"][-1]) < served:
            places = kept["row"].to_numpy()
            found.append(Week(first, kept, {name: values[places] for name, values in scores.items()}))
    return found


def judged_by(found: Sequence[Week], dataset: FraudDataset, name: str, candidate: FraudCandidate) -> list[Week]:
    """The weeks with the scores of one more candidate, fitted for each of them, that was not served."""
    beside = []
    for one in found:
        answers = fitted(dataset, candidate, one.first).decide(dataset.requests(week_of(one.first)))
        start = int(np.searchsorted(dataset.transactions.at, day(one.first), side="left"))
        scores = np.array([answer.score for answer in answers])[one.rows["row"].to_numpy() - start]
        beside.append(replace(one, scores={**one.scores, name: scores}))
    return beside


def unknown_cards(table: pl.DataFrame, first: int) -> pl.DataFrame:
    """The rows of a week without the cards whose fraud had become known by the day.

    Source: Le Borgne et al. (2022), Reproducible Machine Learning for Credit Card Fraud Detection, ch. 3: frauds of the
    training week, and of each later day once all of its labels have arrived, a week after its end.
    """
    frauds = table.filter((pl.col("fraud") == 1) & pl.col("day").is_between(first - 14, first, closed="left"))
    known = frauds.group_by("card").agg(since=pl.col("day").min() + 8)
    test = table.filter(pl.col("day").is_between(first, first + 7, closed="left"))
    joined = test.join(known, on="card", how="left", maintain_order="left")
    return joined.filter(pl.col("since").is_null() | (pl.col("since") > pl.col("day")))


def change(found: Sequence[Week], *, against: str = CHAMPION, seed: int = 0) -> Change:
    """The change of errors over some weeks together; each week and model has a threshold of its own."""
    rows = pl.concat([week.rows for week in found])
    ends = np.cumsum([week.rows.height for week in found])
    spans = [slice(end - week.rows.height, end) for end, week in zip(ends.tolist(), found, strict=True)]
    clusters = rows["card"].rank("dense").to_numpy().astype(np.int64) - 1
    resampling = Resampling(clusters, draws=DRAWS, seed=seed)

    def errors(name: str, weights: FloatArray) -> FloatArray:
        return np.asarray(sum(_errors(one, name, weights[:, span]) for one, span in zip(found, spans, strict=True)))

    effect = resampling.effect(lambda w: errors(CHALLENGER, w) / errors(against, w) - 1.0, level=LEVEL)
    allowed = sum(int(BUDGET * int((week.rows["fraud"] == 0).sum())) for week in found)
    return Change(
        against=against,
        weeks=", ".join(f"day {week.first}" for week in found),
        false_positives=allowed,
        frauds=int(rows["fraud"].sum()),
        champion_missed=sum(missed(week, against).size for week in found),
        challenger_missed=sum(missed(week, CHALLENGER).size for week in found),
        change=effect.estimate,
        low=effect.low,
        high=effect.high,
        average_precision={name: mean(found, name, AveragePrecision()) for name in (against, CHALLENGER)},
        card_precision_100={name: mean(found, name, CardPrecision()) for name in (against, CHALLENGER)},
        recall_by_scenario={name: _recalls(found, name) for name in (against, CHALLENGER)},
    )


def _errors(week: Week, name: str, weights: FloatArray) -> FloatArray:
    units = pl.DataFrame({"score": week.scores[name], "fraud": week.rows["fraud"].cast(pl.Float64)})
    return np.asarray(ErrorsAtRate(BUDGET).value(units, weights) * weights.sum(axis=1) / 1000)


def mean(found: Sequence[Week], name: str, metric: AveragePrecision | CardPrecision) -> float:
    """A metric of one model, the mean over weeks."""
    values = []
    for week in found:
        units = week.rows.select("card", "day", fraud=pl.col("fraud").cast(pl.Float64), score=week.scores[name])
        values.append(float(metric.value(units, np.ones((1, units.height)))[0]))
    return float(np.mean(values))


def missed(week: Week, name: str) -> npt.NDArray[np.int64]:
    """Which frauds stay below the threshold that lets the budget of false positives through."""
    fraud, scores = week.rows["fraud"].to_numpy() == 1, week.scores[name]
    honest = np.sort(scores[~fraud])[::-1]
    return np.flatnonzero(fraud & (scores <= honest[int(BUDGET * honest.size)]))


def _recalls(found: Sequence[Week], name: str) -> tuple[float, ...]:
    kinds = np.concatenate([week.rows["scenario"].to_numpy() for week in found])
    lost = np.concatenate([week.rows["scenario"].to_numpy()[missed(week, name)] for week in found])
    return tuple(1 - float((lost == kind).sum() / max((kinds == kind).sum(), 1)) for kind in (1, 2, 3))
