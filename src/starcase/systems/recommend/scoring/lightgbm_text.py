"""LightGBM's text format, read as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from starcase.errors import ArtefactError
from starcase.systems.recommend.arrays import BoolArray, FloatArray, IntArray

CATEGORICAL, DEFAULT_LEFT, MISSING = 1, 2, 0b1100
NEVER_MISSING, MISSING_IS_NAN = 0b0000, 0b1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """One tree; a value at most as high as the threshold goes left.

    Args:
        feature: (s,) column of each split.
        threshold: (s,) of each split.
        missing_left: (s,) whether a missing value goes left.
        left: (s,) the next split, or minus one minus a leaf.
        right: (s,) the same.
        leaves: (s + 1,) what each leaf adds.
    """

    feature: IntArray
    threshold: FloatArray
    missing_left: BoolArray
    left: IntArray
    right: IntArray
    leaves: FloatArray


def parse_trees(text: str) -> list[Tree]:
    """Parse the trees of a model.

    Raises:
        ArtefactError: the text is not a model of plain numerical splits.

    Source: LightGBM 4, ``Tree::ToString`` and ``Tree::NumericalDecision``.
    """
    blocks = text.partition("end of trees")[0].split("\nTree=")[1:]
    if not text.startswith("tree\n") or not blocks or "end of trees" not in text:
        raise _build_error("it does not begin and end like a model")
    return [_parse_tree(dict(line.split("=", 1) for line in block.splitlines() if "=" in line)) for block in blocks]


def _parse_tree(given: Mapping[str, str]) -> Tree:
    if given.get("num_cat", "0") != "0" or given.get("is_linear", "0") != "0":
        raise _build_error("it has categorical splits or linear leaves")
    decision = _parse_numbers(given, "decision_type", np.int64)
    threshold = _parse_numbers(given, "threshold", np.float64)
    missing = decision & MISSING
    if np.any(decision & CATEGORICAL) or not np.isin(missing, (NEVER_MISSING, MISSING_IS_NAN)).all():
        raise _build_error("it has splits of another kind")
    tree = Tree(
        feature=_parse_numbers(given, "split_feature", np.int64),
        threshold=threshold,
        missing_left=np.where(missing == MISSING_IS_NAN, (decision & DEFAULT_LEFT) > 0, threshold >= 0.0),
        left=_parse_numbers(given, "left_child", np.int64),
        right=_parse_numbers(given, "right_child", np.int64),
        leaves=_parse_numbers(given, "leaf_value", np.float64),
    )
    sizes = {part.size for part in (tree.feature, tree.threshold, tree.left, tree.right, decision)}
    if sizes != {tree.leaves.size - 1}:
        raise _build_error("the number of leaves of a tree is not its number of splits plus one")
    return tree


def _parse_numbers(given: Mapping[str, str], key: str, kind: type) -> np.ndarray:
    try:
        return np.array(given.get(key, "").split(), dtype=kind)
    except ValueError as error:
        raise _build_error(f"{key}: {error}") from error


def _build_error(why: str) -> ArtefactError:
    return ArtefactError("the trees cannot be read", why=why, mend="fit the candidate again")
