"""Convert forests of axis-parallel trees to LightGBM's text format, for one serving engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from starcase.systems.fraud.arrays import BoolArray, FloatArray, IntArray

NAN_LEFT, NAN_RIGHT = 10, 8


@dataclass(frozen=True, slots=True)
class FlatTree:
    """One tree as arrays over its nodes, the root first; a row goes left where its value is at most the threshold.

    Args:
        feature: (nodes,) what a node splits on; unused at leaves.
        threshold: (nodes,) where it splits.
        left: (nodes,) the left child; -1 at leaves.
        right: (nodes,) the right child; -1 at leaves.
        value: (nodes,) what a leaf adds to the sum; unused elsewhere.
        missing_left: (nodes,) whether a missing value goes left.
    """

    feature: IntArray
    threshold: FloatArray
    left: IntArray
    right: IntArray
    value: FloatArray
    missing_left: BoolArray


def flatten_tree(tree: Any, value: FloatArray, with_missing: BoolArray) -> FlatTree:
    """Flatten a scikit-learn tree with new leaf values.

    Where a feature had no missing value in training, a missing one goes where most training rows went.

    Args:
        tree: ``estimator.tree_``.
        value: (nodes,) what each leaf adds.
        with_missing: (columns,) whether a feature had missing values in training.
    """
    left = tree.children_left.astype(np.int64)
    right = tree.children_right.astype(np.int64)
    feature = tree.feature.astype(np.int64)
    counts = tree.n_node_samples
    learnt = np.asarray(tree.missing_go_to_left).astype(np.bool_)
    most = counts[np.maximum(left, 0)] >= counts[np.maximum(right, 0)]
    return FlatTree(
        feature=feature,
        threshold=tree.threshold.astype(np.float64),
        left=left,
        right=right,
        value=value,
        missing_left=np.where(with_missing[np.maximum(feature, 0)], learnt, most),
    )


def format_forest(trees: Sequence[FlatTree], columns: int) -> str:
    """Format the forest for LightGBM; a row's raw score is the sum of its leaf values.

    Args:
        trees: the forest, summed in this order.
        columns: number of features.
    """
    names = " ".join(f"f{place}" for place in range(columns))
    head = [
        "tree", "version=v4", "num_class=1", "num_tree_per_iteration=1", "label_index=0",
        f"max_feature_idx={columns - 1}", "objective=regression",
        f"feature_names={names}", f"feature_infos={' '.join(['[-inf:inf]'] * columns)}", "",
    ]  # fmt: skip
    blocks = [_format_tree(number, tree) for number, tree in enumerate(trees)]
    return "\n".join(["\n".join(head), *blocks, "end of trees", ""])


def _format_tree(number: int, tree: FlatTree) -> str:
    leaf = tree.left < 0
    internal = np.flatnonzero(~leaf)
    place = np.where(leaf, ~(np.cumsum(leaf) - 1), np.cumsum(~leaf) - 1)
    lines = [f"Tree={number}", f"num_leaves={int(leaf.sum())}", "num_cat=0"]
    if internal.size:
        missing = np.where(tree.missing_left[internal], NAN_LEFT, NAN_RIGHT)
        lines += [
            f"split_feature={_format_values(tree.feature[internal])}",
            f"split_gain={_format_values(np.ones(internal.size, dtype=np.int64))}",
            f"threshold={_format_values(tree.threshold[internal])}",
            f"decision_type={_format_values(missing)}",
            f"left_child={_format_values(place[tree.left[internal]])}",
            f"right_child={_format_values(place[tree.right[internal]])}",
        ]
    lines += [f"leaf_value={_format_values(tree.value[leaf])}", "is_linear=0", "shrinkage=1", "", ""]
    return "\n".join(lines)


def _format_values(values: IntArray | FloatArray) -> str:
    return " ".join(repr(value) for value in values.tolist())
