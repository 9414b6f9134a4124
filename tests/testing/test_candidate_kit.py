from __future__ import annotations

import json
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import polars as pl
import pytest

from starcase.contract.model import Model
from starcase.contract.request import Answer, Request
from starcase.testing import ContractBroken, ToySystem, check_candidate, toy_case

REQUESTS = [Request(f"r{i}", f"u{i}", i, {"x": float(i)}) for i in range(6)]


@dataclass(frozen=True)
class Line:
    slope: float

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("approve", self.slope * float(request.features["x"] or 0)) for request in requests]


@dataclass(frozen=True)
class Good:
    name: str = "good"
    complexity: int = 1
    weight: float = 1.0

    @property
    def parameters(self) -> dict[str, float]:
        return {"weight": self.weight}

    def fit(self, train: list[float], /, *, rng: np.random.Generator) -> Model:
        return Line(sum(train) * self.weight + float(rng.random()))

    def save(self, model: Any, /) -> Mapping[str, bytes]:
        return {"line.json": json.dumps(model.slope).encode()}

    def load(self, files: Mapping[str, bytes], /) -> Model:
        return Line(json.loads(files["line.json"]))

    def proposals(self, trials: int, /, *, rng: np.random.Generator) -> Sequence[Self]:
        return [self, *(replace(self, weight=float(rng.random())) for _ in range(trials - 1))]


class Unseeded(Good):
    def fit(self, train: list[float], /, *, rng: np.random.Generator) -> Model:
        return super().fit(train, rng=np.random.default_rng())


class Changes(Good):
    def fit(self, train: list[float], /, *, rng: np.random.Generator) -> Model:
        train.append(1.0)
        return super().fit(train, rng=rng)


class Rounds(Good):
    def save(self, model: Any, /) -> Mapping[str, bytes]:
        return {"line.json": json.dumps(round(model.slope, 2)).encode()}


class Pickles(Good):
    def save(self, model: Any, /) -> Mapping[str, bytes]:
        return {"line": pickle.dumps(model)}

    def load(self, files: Mapping[str, bytes], /) -> Model:
        return pickle.loads(files["line"])  # type: ignore[no-any-return]


class Forgets(Good):
    def save(self, model: Any, /) -> Mapping[str, bytes]:
        return {}


class Stamps(Good):
    def save(self, model: Any, /) -> Mapping[str, bytes]:
        return {**super().save(model), "made": np.random.default_rng().bytes(8)}


class Stays(Good):
    def __reduce__(self) -> str:
        raise TypeError("cannot leave")


class Nameless(Good):
    @property
    def parameters(self) -> dict[str, Any]:
        return {"weights": [1, 2]}


class Greedy(Good):
    def proposals(self, trials: int, /, *, rng: np.random.Generator) -> Sequence[Self]:
        return [replace(self, weight=float(rng.random())) for _ in range(trials + 1)]


class Whims(Good):
    def proposals(self, trials: int, /, *, rng: np.random.Generator) -> Sequence[Self]:
        return [self, *super().proposals(trials, rng=np.random.default_rng())[1:]]


def test_good_candidates_pass_the_check() -> None:
    check_candidate(Good(), lambda: [1.0, 2.0], REQUESTS)
    system, case = ToySystem(), toy_case()
    dataset = system.load(case)
    fold = dataset.folds(count=1)[0]
    for candidate in (*system.candidates(case), *system.baselines(case)):
        check_candidate(candidate, lambda: dataset.train(fold), list(dataset.requests(fold)[:9]))


@pytest.mark.parametrize(
    ("candidate", "words"),
    [
        (Unseeded(), "two fits with the same seed give different answers"),
        (Unseeded(), "save different bytes"),
        (Changes(), "fitting changed the training data"),
        (Rounds(), "after saving and loading, it answers differently"),
        (Pickles(), "is a pickle, which runs code"),
        (Forgets(), "it saves no file"),
        (Stamps(), "after loading and saving again, the bytes differ"),
        (Stays(), "pickling the candidate raised TypeError: cannot leave"),
        (Nameless(), "its parameter 'weights' is a list"),
        (Good(complexity=-1), "its complexity is -1"),
        (Good(name=""), "its name is ''"),
        (Greedy(), "it makes 4 proposals where at most 3 are requested"),
        (Greedy(), "its first proposal differs from its current parameters"),
        (Whims(), "the same seed gives different proposals"),
        (Line(1.0), "it has no `complexity`"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_each_violation_is_reported(candidate: Any, words: str) -> None:
    with pytest.raises(ContractBroken) as caught:
        check_candidate(candidate, lambda: [1.0, 2.0], REQUESTS)
    assert words in str(caught.value)


def test_changed_training_data_in_a_table_is_reported() -> None:
    class Adds(Good):
        def fit(self, train: Any, /, *, rng: np.random.Generator) -> Model:
            train.insert_column(0, pl.Series("new", [1.0]))
            return Line(1.0)

    with pytest.raises(ContractBroken, match="fitting changed the training data"):
        check_candidate(Adds(), lambda: pl.DataFrame({"x": [1.0]}), REQUESTS)
