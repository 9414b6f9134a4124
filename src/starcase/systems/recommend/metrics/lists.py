"""The checked recommended list of each row, and its comparison with the taken items."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl

from starcase.contract.request import Answer
from starcase.errors import DataError
from starcase.systems.recommend.arrays import FloatArray
from starcase.systems.recommend.environment import list_items

VALUE = "value"
NAN = float("nan")


def collect_lists(answers: Sequence[Answer], length: int) -> list[list[str]]:
    """Collect the first ``length`` recommended items of each answer.

    Raises:
        DataError: an answer holds no list, or a list repeats an item.
    """
    found = []
    for place, answer in enumerate(answers, 1):
        content = answer.content
        if not isinstance(content, Mapping) or not isinstance(content.get("items"), list | tuple):
            raise DataError(
                f"answer {place} holds no list of items", why=f"its content is {str(content)[:80]!r}",
                mend='give it as content: {"items": [...]}, best first; an empty list where there is nothing to show',
            )  # fmt: skip
        items = list_items(answer)[:length]
        if len(set(items)) < len(items):
            raise DataError(
                f"answer {place} recommends an item twice", why=", ".join(items), mend="rank each item once"
            )
        found.append(items)
    return found


def score_rows(
    answers: Sequence[Answer], outcomes: pl.DataFrame, length: int, of: Callable[[list[bool], int], float]
) -> pl.DataFrame:
    """Compute one value for each row; null for users without a history or without targets.

    Args:
        answers: (n,) lists.
        outcomes: n rows with ``targets`` and ``past``.
        length: how many recommended items count.
        of: a function of the hits by position and the number of targets.
    """
    values: list[float | None] = []
    known = outcomes["targets"].to_list(), outcomes["past"].to_list()
    for items, targets, past in zip(collect_lists(answers, length), known[0], known[1], strict=True):
        wanted = set(targets)
        values.append(of([item in wanted for item in items], len(wanted)) if wanted and past else None)
    return pl.DataFrame({VALUE: values}, schema={VALUE: pl.Float64})


def compute_mean(units: pl.DataFrame, weights: FloatArray) -> FloatArray:
    """Compute the weighted mean of the rows with a value, (draws,); NaN where none has weight."""
    values = units[VALUE].to_numpy()
    has = ~np.isnan(values)
    total = weights @ has.astype(np.float64)
    reached = weights @ np.where(has, values, 0.0)
    return np.asarray(np.divide(reached, total, out=np.full_like(total, NAN), where=total > 0))
