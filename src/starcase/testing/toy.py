"""A small, seeded system with a known truth, for testing plug-ins and stages without real data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import polars as pl

from starcase.contract.case_spec import Case, DataSpec, ObjectiveSpec
from starcase.contract.model import Candidate, Direction, LiveMetric, Metric, Model, Parameters
from starcase.contract.request import Answer, FloatArray, Request, RequestTable, build_matrix
from starcase.contract.system import Fold, Gate, OutcomeKind, Segmentation
from starcase.evidence import Figure, Outcome
from starcase.evidence.records import CheckRecord
from starcase.tables.fingerprint import compute_fingerprint

ROWS = 3_000
DELAY = 20
PASS_EVERY = 10


def toy_case(**changes: object) -> Case:
    """A case for ``ToySystem``; any field can be replaced."""
    fields: dict[str, object] = {
        "name": "toy", "title": "Toy", "system": "toy", "incumbent": "weak", "seed": 7,
        "data": DataSpec(path="none", time="at", target="bad", delay=f"{DELAY}us"),
        "objective": ObjectiveSpec(metric="squared_error"),
    }  # fmt: skip
    return Case(**(fields | changes))  # type: ignore[arg-type]


def draw_toy_rows(seed: int) -> pl.DataFrame:
    """Draw ``ROWS`` rows: two features, ``bad`` with a probability that depends only on the first."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(ROWS, 2))
    bad = rng.random(ROWS) < 1 / (1 + np.exp(-2 * x[:, 0]))
    return pl.DataFrame({"at": np.arange(ROWS), "x": x[:, 0], "noise": x[:, 1], "bad": bad.astype(np.float64)})


@dataclass(frozen=True, slots=True)
class ToyDataset:
    """The toy's rows in one global time order; an outcome is known ``DELAY`` microseconds after its row."""

    rows: pl.DataFrame

    def check(self) -> CheckRecord:
        """A fingerprint without columns, and the number of rows."""
        print_ = replace(compute_fingerprint(self.rows, path="toy"), columns=())
        return CheckRecord(fingerprint=print_, figures=(Figure(name="rows", value=self.rows.height, unit="count"),))

    def span(self) -> tuple[int, int]:
        """First moment and the one after the last."""
        return 0, self.rows.height

    def folds(self, *, count: int, since: int | None = None, until: int | None = None) -> Sequence[Fold]:
        """The second half of the span in ``count`` equal parts, each trained on all before it."""
        start, end = since or 0, until or self.rows.height
        edges = np.linspace((start + end) // 2, end - DELAY, count + 1).astype(int).tolist()
        return [
            Fold(name=f"fold-{i}", train_end=a, test_start=a, test_end=b, known_by=end)
            for i, (a, b) in enumerate(pairwise(edges), 1)
        ]

    def inner(self, fold: Fold, *, count: int) -> Sequence[Fold]:
        """The last third of the training time, in ``count`` equal parts."""
        edges = np.linspace(fold.train_end * 2 // 3, fold.train_end, count + 1).astype(int).tolist()
        return [
            Fold(name=f"{fold.name}-inner-{i}", train_end=a, test_start=a, test_end=b, known_by=fold.train_end)
            for i, (a, b) in enumerate(pairwise(edges), 1)
        ]

    def train(self, fold: Fold) -> pl.DataFrame:
        """Rows whose outcome was known at the end of training time."""
        return self.rows.filter(pl.col("at") + DELAY <= fold.train_end)

    def training_rows(self, fold: Fold) -> pl.DataFrame:
        """The rows of ``train`` with the names their requests would have."""
        return self.train(fold).select(
            id=pl.format("r{}", "at"), cluster=pl.format("r{}", "at"), at="at", known_at=pl.col("at") + DELAY,
            outcome="bad", features=pl.struct("x", "noise"),
        )  # fmt: skip

    def requests(self, fold: Fold) -> RequestTable:
        """The rows of the test span."""
        rows = self._select_test_rows(fold)
        names = [f"r{at}" for at in rows["at"]]
        return RequestTable(names, names, rows["at"].to_list(), rows.select("x", "noise"))

    def outcomes(self, fold: Fold) -> pl.DataFrame:
        """Outcomes of the test span, null where not yet known."""
        rows = self._select_test_rows(fold)
        names = pl.Series("id", [f"r{at}" for at in rows["at"]])
        matured = rows["at"] + DELAY <= fold.known_by
        return pl.DataFrame(
            {"id": names, "unit": names, "cluster": names, "at": rows["at"], "matured": matured}
        ).with_columns(outcome=pl.when(pl.col("matured")).then(rows["bad"]))

    def retrospect(self, since: int, until: int) -> pl.DataFrame:
        """All rows of the span."""
        rows = self.rows.filter(pl.col("at").is_between(since, until, closed="left"))
        return rows.with_columns(id=pl.format("r{}", "at"))

    def _select_test_rows(self, fold: Fold) -> pl.DataFrame:
        return self.rows.filter(pl.col("at").is_between(fold.test_start, fold.test_end, closed="left"))


@dataclass(frozen=True, slots=True)
class ToyModel:
    """A model of the logistic of ``slope`` times one feature, or a constant; blocks above 0.5."""

    feature: str
    slope: float
    constant: float

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """The probability of ``bad``; a missing value counts as zero."""
        if self.feature:
            scores = 1 / (1 + np.exp(-self.slope * np.nan_to_num(build_matrix(requests, [self.feature])[:, 0])))
        else:
            scores = np.full(len(requests), self.constant)
        return [Answer("block" if score > 0.5 else "approve", float(score)) for score in scores]  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class ToyCandidate:
    """A candidate of one feature with a given slope; without a feature it answers the training rate."""

    name: str
    complexity: int
    feature: str = ""
    slope: float = 2.0

    @property
    def parameters(self) -> Parameters:
        """The slope."""
        return {"slope": self.slope}

    def fit(self, train: pl.DataFrame, /, *, rng: np.random.Generator) -> Model:
        """Fit the base rate only."""
        del rng
        return ToyModel(self.feature, self.slope, float(train["bad"].to_numpy().mean()))

    def save(self, model: Model, /) -> Mapping[str, bytes]:
        """One JSON file."""
        if not isinstance(model, ToyModel):
            raise TypeError(f"{type(model).__name__} is not a ToyModel")
        return {"model.json": json.dumps([model.feature, model.slope, model.constant]).encode()}

    def load(self, files: Mapping[str, bytes], /) -> Model:
        """The model from its JSON file."""
        return ToyModel(*json.loads(files["model.json"]))


class SquaredError:
    """The Brier score: mean squared distance between score and outcome."""

    name = "squared_error"
    unit = "share"
    direction: Direction = "lower"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """The squared distance of each row."""
        scores = np.array([answer.score for answer in answers])
        return pl.DataFrame({"error": (scores - outcomes["outcome"].to_numpy()) ** 2})

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The weighted mean."""
        return np.asarray(weights @ units["error"].to_numpy() / weights.sum(axis=1))


@dataclass(frozen=True, slots=True)
class ToyErrors:
    """The error rate of all decisions, or the share of good ones that are blocked."""

    name: str
    among_good: bool
    unit: str = "share"
    direction: Direction = "lower"
    outcome: str = "bad"
    outcome_is_fact: bool = True
    largest_weight: float = float(PASS_EVERY)

    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        """One row for each decision; null where the outcome stays unknown."""
        blocked = (pl.col("action") == "block").cast(pl.Float64)
        bad, weight = pl.col("outcome"), pl.col("outcome_weight")
        counted = weight * (1 - bad) if self.among_good else weight
        wrong = counted * (blocked - bad).abs()
        return decisions.select(numerator=wrong, denominator=counted)


class ToyEnvironment:
    """The toy's rows as traffic; the outcome of every ``PASS_EVERY``-th blocked one is known."""

    def __init__(self, dataset: ToyDataset) -> None:
        self._rows = dataset.rows

    def arrivals(self, since: int, until: int) -> Iterator[Request]:
        """One request a microsecond."""
        for row in self._rows.filter(pl.col("at").is_between(since, until, closed="left")).iter_rows(named=True):
            yield Request(f"r{row['at']}", f"r{row['at']}", row["at"], {"x": row["x"], "noise": row["noise"]})

    def outcome(self, request: Request, served: Answer) -> Outcome | None:
        """The outcome, known ``DELAY`` later; a blocked one that was let through is weighted for all of them."""
        blocked = served.action == "block"
        if blocked and request.at % PASS_EVERY:
            return None
        weight = float(PASS_EVERY) if blocked else 1.0
        return Outcome(request.id, "bad", float(self._rows["bad"][request.at]), request.at + DELAY, weight)


class ToySegmentation:
    """Units by the sign of the noise."""

    name = "sides"

    def segments(self, dataset: ToyDataset, until: int, /) -> Mapping[str, str]:
        """Assign segments by the sign of the noise of earlier rows."""
        rows = dataset.rows.filter(pl.col("at") < until)
        return {f"r{at}": "left" if noise < 0 else "right" for at, noise in rows.select("at", "noise").iter_rows()}


class ToySystem:
    """The toy system: informative candidates, one of noise, one constant baseline."""

    name = "toy"
    outcome_kind: OutcomeKind = "binary"
    interventions = frozenset({"block"})

    def load(self, case: Case) -> ToyDataset:
        """Rows from the case's seed."""
        return ToyDataset(draw_toy_rows(case.seed))

    def candidates(self, case: Case) -> Sequence[Candidate[pl.DataFrame]]:
        """A weak, a strong and a noisy one."""
        del case
        return (
            ToyCandidate("weak", 1, "x", 0.5),
            ToyCandidate("strong", 2, "x", 2.0),
            ToyCandidate("noisy", 3, "noise", 2.0),
        )

    def baselines(self, case: Case) -> Sequence[Candidate[pl.DataFrame]]:
        """The training rate."""
        del case
        return (ToyCandidate("constant", 0),)

    def metrics(self, case: Case) -> Sequence[Metric]:
        """The Brier score."""
        del case
        return (SquaredError(),)

    def live_metrics(self, case: Case) -> Sequence[LiveMetric]:
        """Errors of all decisions, and of those about good ones."""
        del case
        return (ToyErrors("error_rate", among_good=False), ToyErrors("false_positive_rate", among_good=True))

    def gates(self, case: Case) -> Sequence[Gate]:
        """None of its own."""
        del case
        return ()

    def slices(self, requests: Sequence[Request], outcomes: pl.DataFrame) -> pl.DataFrame:
        """By the sign of the noise."""
        del outcomes
        return pl.DataFrame({"side": ["left" if v < 0 else "right" for v in build_matrix(requests, ["noise"])[:, 0]]})

    def segmentations(self, case: Case) -> Sequence[Segmentation]:
        """By the sign of the noise too."""
        del case
        return (ToySegmentation(),)

    def stresses(self, requests: Sequence[Request], *, rng: np.random.Generator) -> Mapping[str, Sequence[Request]]:
        """One feature in ten missing."""
        missing = rng.random(len(requests)) < 0.1  # noqa: PLR2004
        rows = [
            Request(r.id, r.unit, r.at, {**r.features, "x": None}) if gone else r
            for r, gone in zip(requests, missing, strict=True)
        ]
        return {"missing values": rows}

    def environment(self, case: Case, dataset: ToyDataset) -> ToyEnvironment:
        """The rows as traffic."""
        del case
        return ToyEnvironment(dataset)

    def harm(self, served: Sequence[Answer], instead: Sequence[Answer], retrospect: pl.DataFrame) -> Sequence[Figure]:
        """The number of good ones that were blocked and would not have been."""
        good = (retrospect["bad"] == 0).to_list()
        blocked = sum(
            a.action == "block" and b.action != "block" and g for a, b, g in zip(served, instead, good, strict=True)
        )
        return (Figure(name="good ones blocked", value=blocked, unit="count", n=len(good)),)
