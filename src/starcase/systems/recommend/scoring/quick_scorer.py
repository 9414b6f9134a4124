"""QuickScorer: evaluate tree ensembles for all candidates at once with bit masks of leaves."""

from __future__ import annotations

import numpy as np

from starcase.errors import ArtefactError
from starcase.systems.recommend.arrays import AnyArray, FloatArray
from starcase.systems.recommend.scoring.lightgbm_text import Tree, parse_trees

MOST_LEAVES = 64


class QuickScorer:
    """A LightGBM model whose raw sums are bit-identical to those of the library.

    Leaves are numbered from left to right, and each is a bit of a word. A split that a value passes on the right rules
    out the leaves below its left, and the other way round. Between two neighbouring thresholds of a feature the leaves
    ruled out in all trees are the same: they are computed in advance.

    Args:
        text: the model as LightGBM writes it.

    Raises:
        ArtefactError: the text is not a model, or a tree has more than 64 leaves.

    Source: Lucchese et al. (2015), QuickScorer: a fast algorithm to rank documents with additive ensembles of
    regression trees.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        trees = parse_trees(text)
        most = max(tree.leaves.size for tree in trees)
        if most > MOST_LEAVES:
            raise ArtefactError(f"a tree has {most} leaves", mend=f"at most {MOST_LEAVES}: lower `leaves`")
        word = np.dtype(f"uint{max(8, 1 << (most - 1).bit_length())}")
        splits = [_collect_splits(tree) for tree in trees]
        columns = sorted({column for tree in trees for column in tree.feature.tolist()})
        self._features = [(column, *_build_leaf_masks(column, trees, splits, word)) for column in columns]
        self._all = np.full(len(trees), np.iinfo(word).max, dtype=word)
        self._values = np.zeros((len(trees), most))
        for row, (tree, (order, _)) in enumerate(zip(trees, splits, strict=True)):
            self._values[row, : tree.leaves.size] = tree.leaves[order]
        self._begins = np.arange(len(trees), dtype=np.int64) * most

    def rows(self, x: FloatArray, /) -> FloatArray:
        """The sums for rows of features, (n, d) to (n,)."""
        left = np.tile(self._all, (len(x), 1))
        missing = np.isnan(x)
        for column, thresholds, words in self._features:
            interval = np.searchsorted(thresholds, x[:, column]) + missing[:, column]
            np.bitwise_and(left, words.take(interval, axis=0), out=left)
        first = np.bitwise_count((left & -left) - left.dtype.type(1))
        values = self._values.take((first + self._begins).T)
        return np.asarray(np.add.accumulate(values, axis=0)[-1])


def _collect_splits(tree: Tree) -> tuple[list[int], dict[int, tuple[int, int, int]]]:
    """Collect the leaves from left to right, and for each split the start, middle and end of its leaves."""
    order: list[int] = []
    spans: dict[int, tuple[int, int, int]] = {}

    def walk(node: int) -> None:
        if node < 0:
            order.append(-1 - node)
            return
        begin = len(order)
        walk(int(tree.left[node]))
        parted = len(order)
        walk(int(tree.right[node]))
        spans[node] = begin, parted, len(order)

    walk(0 if tree.feature.size else -1)
    return order, spans


def _build_leaf_masks(
    column: int, trees: list[Tree], splits: list[tuple[list[int], dict[int, tuple[int, int, int]]]], word: np.dtype
) -> tuple[FloatArray, AnyArray]:
    """Build a feature's thresholds, rising, and (thresholds + 2, trees) leaf masks between them and if missing."""
    thresholds = np.unique(np.concatenate([tree.threshold[tree.feature == column] for tree in trees]))
    everything = int(np.iinfo(word).max)
    words = np.full((thresholds.size + 2, len(trees)), everything, dtype=word)
    for row, (tree, (_, spans)) in enumerate(zip(trees, splits, strict=True)):
        for node in np.flatnonzero(tree.feature == column).tolist():
            begin, parted, end = spans[node]
            going_left, going_right = everything & ~_build_mask(parted, end), everything & ~_build_mask(begin, parted)
            passed = int(np.searchsorted(thresholds, tree.threshold[node])) + 1
            words[:passed, row] &= word.type(going_left)
            words[passed:-1, row] &= word.type(going_right)
            words[-1, row] &= word.type(going_left if tree.missing_left[node] else going_right)
    return thresholds, words


def _build_mask(begin: int, end: int) -> int:
    return (1 << end) - (1 << begin)
