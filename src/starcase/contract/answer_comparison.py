"""Compare two answers by their action and their served content: equality and distance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from starcase.contract.answer_content import is_list, select_served_content
from starcase.contract.request import Answer, Json

TOLERANCE = 1e-6


def is_same_answer(one: Answer, other: Answer) -> bool:
    """Whether two answers have the same action and served content; scores are not compared.

    For content with ``items`` only that list is compared, in its order; see ``select_served_content``.

    >>> bread, milk = (Answer("rank", 1.0, {"items": [item], "policy": "a"}) for item in ("bread", "milk"))
    >>> is_same_answer(bread, Answer("rank", 0.3, {"policy": "b", "items": ("bread",)})), is_same_answer(bread, milk)
    (True, False)
    """
    return one.action == other.action and is_same_content(
        select_served_content(one.content), select_served_content(other.content)
    )


def is_same_content(one: Json, other: Json) -> bool:
    """Whether two contents are equal: numbers within 1e-6, lists and tuples alike, mappings in any key order.

    >>> is_same_content({"quantity": np.float64(2.0), "of": ("a", None)}, {"of": ["a", None], "quantity": 2})
    True
    >>> is_same_content(["a", "b"], ["b", "a"]), is_same_content(True, 1), is_same_content(2.0, 2.1)
    (False, False, False)
    """
    ours, theirs = _unwrap_scalar(one), _unwrap_scalar(other)
    if _is_number(ours) and _is_number(theirs):
        return is_close(ours, theirs)
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        return ours.keys() == theirs.keys() and all(is_same_content(value, theirs[key]) for key, value in ours.items())
    if is_list(ours) and is_list(theirs):
        return len(ours) == len(theirs) and all(map(is_same_content, ours, theirs))
    return type(ours) is type(theirs) and bool(ours == theirs)


def measure_distance(one: Answer, other: Answer) -> float:
    """Return the distance of two answers, from 0 (the same) to 1 (nothing in common).

    Different actions have distance 1. Lists are compared by average overlap: the mean, over every depth, of the share
    of items that both lists have down to that depth, so that the top weighs most. The distance of two numbers is
    relative to the larger one; any other values have distance 0 if equal and 1 if not.

    Source: Fagin, Kumar & Sivakumar (2003), Comparing top k lists, section 3.

    >>> lists = [Answer("rank", 1.0, {"items": items}) for items in (["a", "b"], ["b", "a"], ["c", "d"])]
    >>> [measure_distance(lists[0], other) for other in lists]
    [0.0, 0.5, 1.0]
    """
    if is_same_answer(one, other):
        return 0.0
    ours, theirs = (
        _unwrap_scalar(select_served_content(one.content)),
        _unwrap_scalar(select_served_content(other.content)),
    )
    if one.action != other.action:
        return 1.0
    if is_list(ours) and is_list(theirs):
        return 1.0 - _compute_average_overlap(
            [repr(_unwrap_scalar(item)) for item in ours], [repr(_unwrap_scalar(item)) for item in theirs]
        )
    if _is_number(ours) and _is_number(theirs) and math.isfinite(ours) and math.isfinite(theirs):
        return float(min(1.0, abs(ours - theirs) / max(abs(ours), abs(theirs))))
    return 1.0


def is_close(one: float, other: float) -> bool:
    """Whether two numbers are equal within 1e-6, relative or absolute; NaN equals NaN.

    >>> is_close(1.0, 1.0 + 1e-9), is_close(float("nan"), float("nan")), is_close(1.0, 1.1)
    (True, True, False)
    """
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _compute_average_overlap(ours: Sequence[str], theirs: Sequence[str]) -> float:
    left: set[str] = set()
    right: set[str] = set()
    shared, total = 0, 0.0
    for depth, pair in enumerate(zip_longest(ours, theirs), 1):
        for item, mine, other in zip(pair, (left, right), (right, left), strict=True):
            if item is not None and item not in mine:
                mine.add(item)
                shared += item in other
        total += shared / depth
    return total / max(len(ours), len(theirs))


def _unwrap_scalar(value: Json) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
