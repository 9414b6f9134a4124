"""A guardrail on a distinct count is judged by the jackknife: its interval contains its estimate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from starcase.contract.model import Direction
from starcase.contract.request import Answer, FloatArray
from starcase.stages.gate.matured_rows import MaturedRows
from starcase.stages.gate.not_worse import estimate_loss


class Shown:
    """The number of distinct items shown."""

    name = "shown"
    unit = "count"
    direction: Direction = "higher"
    smooth = False

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        del outcomes
        return pl.DataFrame({"thing": [int(answer.score) for answer in answers]})

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        things = np.eye(1_000)[units["thing"].to_numpy()]
        return np.asarray(((weights > 0).astype(np.float64) @ things > 0).sum(axis=1), dtype=np.float64)


def matured(ours: np.ndarray, theirs: np.ndarray) -> MaturedRows:
    first, second = ([Answer("show", float(thing)) for thing in things] for things in (ours, theirs))
    places = np.arange(ours.size)
    return MaturedRows(
        rows=pl.DataFrame({"id": places}), index=places, clusters=places, answers=first, incumbent=second
    )


def test_a_lower_distinct_count_is_a_loss_with_an_interval_around_it() -> None:
    rng = np.random.default_rng(0)
    ours, theirs = rng.integers(0, 100, 300), rng.integers(0, 700, 300)
    effect = estimate_loss(Shown(), matured(ours, theirs), draws=500, seed=1, level=0.95)
    assert effect.low < effect.estimate < effect.high
    assert effect.estimate == np.unique(theirs).size - np.unique(ours).size
