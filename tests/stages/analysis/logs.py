"""Logs whose truth is known by construction."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from starcase.contract.log_spec import LogSpec
from starcase.evidence.records import AnalysisRecord, Question
from starcase.stages.analysis import analyse

ACTIONS, PLACES = 4, 3


def impressions(
    rng: np.random.Generator, n: int = 20_000, *, floor: float = 0.4, tilt: float = 0.0
) -> tuple[pl.DataFrame, float]:
    """Two policies, one of them uniform, and the uniform one's true rate.

    The other prefers the last action with probability 1 - ``floor`` beside an even share; with ``tilt`` it also holds
    the first place more often, which is clicked twice as often as the others.
    """
    uniform = rng.random(n) < 0.5
    chances = np.full((2, ACTIONS), 1 / ACTIONS)
    chances[0] = floor / ACTIONS
    chances[0, -1] += 1 - floor
    which = uniform.astype(int)
    action = (rng.random(n)[:, None] > chances[which].cumsum(axis=1)).sum(axis=1)
    first = rng.random(n) < np.where(uniform, 1 / 3, 1 / 3 + tilt)
    place = np.where(first, 0, 1 + rng.integers(2, size=n))
    rates = 0.05 * (1 + np.arange(ACTIONS)) / 2
    doubled = np.where(place == 0, 2.0, 1.0)
    click = rng.random(n) < rates[action] * doubled
    rows = pl.DataFrame(
        {
            "policy": np.where(uniform, "even", "keen"), "item": action, "place": place + 1, "click": click,
            "propensity": chances[which, action], "at": np.arange(n) * 1_000_000,
        }
    ).with_columns(pl.col("at").cast(pl.Datetime("us")))  # fmt: skip
    return rows, float(rates.mean() * (4 / 3))


def spec(**given: object) -> LogSpec:
    plain: dict[str, object] = {
        "name": "shown", "path": "shown.parquet", "outcome": "click", "policy": "policy", "position": "place",
        "action": "item", "propensity": "propensity", "asked": "uniform", "truth": "even",
    }  # fmt: skip
    return LogSpec(**(plain | given))  # type: ignore[arg-type]


def asked(folder: Path, rows: pl.DataFrame, log: LogSpec) -> AnalysisRecord:
    rows.write_parquet(folder / log.path)
    return analyse(folder, log, seed=3)


def of(record: AnalysisRecord, question: str, part: str = "") -> Question:
    (found,) = [one for one in record.questions if one.question == question and part in one.part]
    return found


def value(question: Question, name: str) -> float:
    (found,) = [figure.value for figure in question.figures if name in figure.name]
    return found
