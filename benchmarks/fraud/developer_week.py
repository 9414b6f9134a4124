"""One week by the protocol of the handbook: train 4 to 10 July, labels by the 17th, test 18 to 24 July 2018."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from benchmarks.fraud.models import week_of
from benchmarks.fraud.quality import BUDGET, FloatArray, Week, mean, missed, weeks
from benchmarks.fraud.stream import day

from starcase.systems.fraud.dataset import FraudDataset
from starcase.systems.fraud.learners.blend import Blend
from starcase.systems.fraud.learners.boosted_trees import BoostedTrees
from starcase.systems.fraud.learners.hybrid import Hybrid
from starcase.systems.fraud.learners.isolation_forest import IsolationForest
from starcase.systems.fraud.learners.learner import Learner
from starcase.systems.fraud.learners.logistic_regression import LogisticRegression
from starcase.systems.fraud.metrics import AveragePrecision, CardPrecision

FIRST = 108
SAMPLE = 80_000


@dataclass(frozen=True, slots=True)
class Model:
    """A learner, what it looks at, and how many labelled days it learns from."""

    name: str
    learner: Learner
    features: str = "all"
    days: int = 7
    plain: bool = False


MODELS = (
    Model("logistic regression, common features", LogisticRegression(c=1.0), "base", plain=True),
    Model("LightGBM, common features", BoostedTrees(bins=255, legit_sample=SAMPLE), "base"),
    Model("LightGBM, all features", BoostedTrees(legit_sample=SAMPLE)),
    Model("LightGBM, all features, 60 days", BoostedTrees(legit_sample=SAMPLE), days=60),
    Model("the same with an anomaly score", Hybrid(legit_sample=SAMPLE), days=60),
    Model("three LightGBM blended", Blend(boosters=3, forest=0, boosted_sample=SAMPLE), days=60),
    Model("isolation forest, common features", IsolationForest(), "base"),
    Model("isolation forest, all features", IsolationForest()),
)


@dataclass(frozen=True, slots=True)
class Row:
    """What one model reaches in the week; ``missed`` of ``frauds`` when the budget of false positives is spent."""

    model: str
    average_precision: float
    card_precision_100: float
    false_positives: int
    missed: int
    frauds: int


def developer_week(dataset: FraudDataset, scenario: pl.Series, said: Callable[[str], None]) -> Iterator[Row]:
    """Every model in turn."""
    nothing = {"": np.zeros(len(dataset.transactions))}
    (test,) = [one for one in weeks(dataset, nothing, scenario) if one.first == FIRST]
    places = test.rows["row"].to_numpy()
    for model in MODELS:
        said(f"fitting {model.name}")
        judged = replace(test, scores={model.name: _scores(dataset, model)[places - int(places[0])]})
        yield _row(judged, model.name)


def _scores(dataset: FraudDataset, model: Model) -> FloatArray:
    """Of every transaction of the week, the first one first."""
    names = dataset.base if model.features == "base" else tuple(dataset.features.columns)
    train = dataset.train(week_of(FIRST), since=day(FIRST - 7 - model.days)).select(names)
    rows = train.select_matured() if model.learner.supervised else train.where(train.known)
    if model.plain:
        rows = replace(rows, money=frozenset())
    scorer = model.learner.learn(rows, np.random.default_rng(0))
    return scorer.rows(dataset.requests(week_of(FIRST)).matrix(names))


def _row(judged: Week, name: str) -> Row:
    fraud = judged.rows["fraud"]
    return Row(
        model=name,
        average_precision=mean([judged], name, AveragePrecision()),
        card_precision_100=mean([judged], name, CardPrecision()),
        false_positives=int(BUDGET * int((fraud == 0).sum())),
        missed=missed(judged, name).size,
        frauds=int(fraud.sum()),
    )
