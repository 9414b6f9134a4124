"""Disagreement between shadow and champion: which pairs differ, and by what distance, in action and content."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from starcase.contract.answer_comparison import is_same_answer, measure_distance
from starcase.contract.answer_content import is_list, select_served_content
from starcase.contract.request import Answer, Json
from starcase.evidence.decisions.tables import CONTENT, SHADOW_CONTENT

PARTS = 1_000_000
ANSWERED = pl.col("shadow_error") == ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDisagreement:
    """The disagreement of pairs of answers to the same requests.

    Args:
        differ: (n,) 1 where the shadow's answer differs, else 0.
        apart: the sum of all distances, in millionths, so that it does not depend on the order of the pairs.
        lists: pairs in which either answer serves a list of items.
        contents: pairs in which either answer has any content.
    """

    differ: npt.NDArray[np.float64]
    apart: int
    lists: int
    contents: int


def compare(pairs: pl.DataFrame) -> AnswerDisagreement:
    """Compare the answers of pairs that the shadow has answered.

    Args:
        pairs: (n,) rows as ``DecisionLog.pairs`` gives them with their content.
    """
    other = pairs["shadow_action"] != pairs["action"]
    differ, apart, lists = other.cast(pl.Float64).to_numpy().copy(), PARTS * int(other.sum()), 0
    named = pairs.select(pl.any_horizontal(pl.col(CONTENT, SHADOW_CONTENT).is_not_null())).to_series()
    unequal = pairs[CONTENT].ne_missing(pairs[SHADOW_CONTENT])
    for place, action, ours, theirs in _collect_contents(pairs, named):
        lists += is_list(select_served_content(ours)) or is_list(select_served_content(theirs))
        one, instead = Answer(action, 0.0, ours), Answer(action, 0.0, theirs)
        if not other[place] and unequal[place] and not is_same_answer(one, instead):
            differ[place] = 1.0
            apart += round(PARTS * measure_distance(one, instead))
    return AnswerDisagreement(differ=differ, apart=apart, lists=lists, contents=int(named.sum()))


def _collect_contents(pairs: pl.DataFrame, named: pl.Series) -> list[tuple[int, str, Json, Json]]:
    columns = (pairs[name].to_list() for name in ("action", CONTENT, SHADOW_CONTENT))
    every = zip(range(pairs.height), *columns, strict=True)
    return [
        (place, action, _parse_content(ours), _parse_content(theirs))
        for place, action, ours, theirs in every
        if named[place]
    ]


def _parse_content(text: str | None) -> Json:
    content: Json = None if text is None else msgspec.json.decode(text)
    return content
