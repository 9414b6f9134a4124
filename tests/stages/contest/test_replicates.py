"""Joint draws of candidates equal the draws of each candidate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest

from starcase.contract.request import FloatArray
from starcase.contract.system import Fold
from starcase.inference import Resampling
from starcase.stages.contest.evaluation import FittedCandidate, FoldMeasurement
from starcase.stages.contest.replicates import replicate
from starcase.testing import ToyCandidate
from starcase.testing.toy import ToyModel


@dataclass
class Share:
    """The weighted mean of each row's value."""

    smooth: bool = True
    name: str = "share"
    unit: str = "share"
    direction: str = "higher"

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        return np.asarray(weights @ units["value"].to_numpy() / weights.sum(axis=1))


def measured(seed: int) -> list[FoldMeasurement]:
    rng = np.random.default_rng(seed)
    fitted = FittedCandidate(
        candidate=ToyCandidate("toy", 1, "x", 1.0), model=ToyModel("x", 1.0, 0.5), files={}, hash="", trials=1,
        fit_seconds=0.0, fit_memory_mb=0.0,
    )  # fmt: skip
    folds = []
    for place in range(2):
        units = pl.DataFrame({"cluster": [f"u{i}" for i in range(40)], "share": [{"value": x} for x in rng.random(40)]})
        fold = Fold(name=f"fold-{place}", train_end=0, test_start=0, test_end=1, known_by=1)
        folds.append(FoldMeasurement(fold=fold, fitted=fitted, answers=(), units=units))
    return folds


@pytest.mark.parametrize("smooth", [True, False])
def test_joint_draws_equal_draws_of_each_candidate(smooth: bool) -> None:
    metric, everybody = Share(smooth), {"a": measured(1), "b": measured(2), "c": measured(3)}
    together = replicate(everybody, metric, draws=200, seed=5)  # type: ignore[arg-type]
    for name, of_folds in everybody.items():
        alone = replicate({name: of_folds}, metric, draws=200, seed=5)[name]  # type: ignore[arg-type]
        assert together[name].observed == alone.observed
        assert np.array_equal(together[name].draws, alone.draws)


def test_weightings_are_created_once_for_all_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    passes, plain = [], Resampling.draw_weightings

    def counted(self: Resampling) -> Iterator[FloatArray]:
        passes.append(self.draws)
        return plain(self)

    monkeypatch.setattr(Resampling, "draw_weightings", counted)
    replicate({"a": measured(1), "b": measured(2)}, Share(), draws=200, seed=5)  # type: ignore[arg-type]
    assert passes == [200]
