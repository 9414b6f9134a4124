"""Evaluate one candidate: fitted on training time, asked on the test span, measured row by row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import polars as pl

from starcase.contract.model import Candidate, Metric, Model
from starcase.contract.request import Answer, Request
from starcase.contract.system import Dataset, Fold
from starcase.errors import DataError

Role = Literal["incumbent", "candidate", "baseline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedCandidate:
    """A candidate after fitting on one fold, with the parameters tuning settled on, and what the fitting cost.

    ``files`` is the model as it will be kept, ``hash`` its name; ``model`` is what came back from loading them.
    ``refits`` are the files of further fits with other seeds, which are measured and not kept; so is ``default``, the
    model of the candidate's own parameters where tuning moved away from them.
    """

    candidate: Candidate[Any]
    model: Model
    files: Mapping[str, bytes]
    hash: str
    trials: int
    fit_seconds: float
    fit_memory_mb: float
    refits: Sequence[Mapping[str, bytes]] = ()
    default: Model | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldMeasurement:
    """The answers of one candidate on one fold, and the per-row values of every metric on matured rows.

    ``answers`` cover all requests of the fold; ``units`` only the matured ones, one row a decision, with one struct
    column a metric. ``refits`` are such rows of further fits, ``default`` those of the parameters that tuning left, of
    the first metric alone.
    """

    fold: Fold
    fitted: FittedCandidate
    answers: Sequence[Answer]
    units: pl.DataFrame
    refits: Sequence[pl.DataFrame] = ()
    default: pl.DataFrame | None = None


def measure_candidate(
    fitted: FittedCandidate, dataset: Dataset, fold: Fold, metrics: Sequence[Metric]
) -> FoldMeasurement:
    """Answer every request of the test span and compute the per-row values of each metric on matured rows.

    Raises:
        DataError: no outcome of the test span has matured, or an answer is missing or none.
    """
    name, candidate = fitted.candidate.name, fitted.candidate
    answers, units = measure_fold(name, fitted.model, dataset, fold, metrics)
    refits = tuple(measure_fold(name, candidate.load(files), dataset, fold, metrics)[1] for files in fitted.refits)
    before = measure_fold(name, fitted.default, dataset, fold, metrics[:1])[1] if fitted.default else None
    kept = replace(fitted, refits=(), default=None)
    return FoldMeasurement(fold=fold, fitted=kept, answers=answers, units=units, refits=refits, default=before)


def measure_fold(
    name: str, model: Model, dataset: Dataset, fold: Fold, metrics: Sequence[Metric]
) -> tuple[Sequence[Answer], pl.DataFrame]:
    """Return the answers to every request of a fold's test span and the metrics' values on matured rows.

    Raises:
        DataError: no outcome of the test span has matured, or an answer is missing.
    """
    return measure_requests(name, model, dataset.requests(fold), dataset.outcomes(fold), fold, metrics)


def measure_requests(
    name: str, model: Model, requests: Sequence[Request], outcomes: pl.DataFrame, fold: Fold, metrics: Sequence[Metric]
) -> tuple[Sequence[Answer], pl.DataFrame]:
    """Measure a fold as ``measure_fold`` does, with given requests and outcomes."""
    answers = model.decide(requests)
    require_sound_answers(name, answers, outcomes.height, where=f"fold {fold.name}")
    matured = outcomes["matured"].to_numpy()
    if not matured.any():
        raise DataError(
            f"no outcome of fold {fold.name} has matured", mend="let the fold end earlier, or wait for the outcomes"
        )
    kept = outcomes.filter(pl.col("matured"))
    theirs = [answer for answer, is_kept in zip(answers, matured, strict=True) if is_kept]
    columns = [metric.per_unit(theirs, kept).to_struct(metric.name) for metric in metrics]
    return answers, kept.select("id", "unit", "cluster", "at").with_columns(*columns, fold=pl.lit(fold.name))


def require_sound_answers(name: str, answers: Sequence[Answer], requests: int, *, where: str = "") -> None:
    """Raise DataError for a request without an answer, an answer of another type, and a score that is not finite."""
    if len(answers) != requests:
        raise DataError(
            f"{name} gave {len(answers)} answers to {requests} requests", where=where,
            mend="return one answer for every request, in order",
        )  # fmt: skip
    for place, answer in enumerate(answers, 1):
        if not isinstance(answer, Answer):
            what = f"answer {place} of {name} is of type {type(answer).__name__}"
            raise DataError(what, mend="return a starcase.Answer for every request")
        if not math.isfinite(answer.score):
            mend = "return a finite score; if the model cannot score a request, return its lowest score"
            raise DataError(f"answer {place} of {name} has the score {answer.score}", mend=mend)
