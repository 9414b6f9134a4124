"""Detectors that never saw a label: what is far from the ordinary is taken for fraud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np

from starcase.case.model import Model, Parameters
from starcase.case.request import Answer, FloatArray, Request, matrix
from starcase.systems.fraud.dataset import Train
from starcase.systems.fraud.threshold import answers, by_budget, split

FILE = "forest.npz"
EULER = 0.5772156649015329
BLOCK_ROWS = 2_048


@dataclass(frozen=True, slots=True)
class IsolationModel:
    """The trees of an isolation forest as arrays, padded to the largest tree.

    Args:
        feature: (trees, nodes) index of the feature a node splits on; -1 at a leaf.
        threshold: (trees, nodes) where it splits.
        left: (trees, nodes) the node for values at or below the threshold.
        right: (trees, nodes) the node for the others.
        length: (trees, nodes) at a leaf: its depth plus what an unsplit sample of its size would have added.
        expected: average path length of the sample each tree was grown on.
    """

    names: tuple[str, ...]
    feature: np.ndarray
    threshold: FloatArray
    left: np.ndarray
    right: np.ndarray
    length: FloatArray
    expected: float
    cut: float

    def scores(self, features: FloatArray) -> FloatArray:
        """Anomaly scores 2^(-E[h(x)] / c(n)), (n,); missing values count as zero. Liu et al. (2008), equation 2."""
        rows = np.nan_to_num(features, nan=0.0).astype(np.float32).astype(np.float64)
        blocks = [self._total_length(rows[i : i + BLOCK_ROWS]) for i in range(0, rows.shape[0], BLOCK_ROWS)]
        total = np.concatenate(blocks) if blocks else np.zeros(0)
        return np.asarray(2.0 ** (-total / (self.feature.shape[0] * self.expected)))

    def _total_length(self, rows: FloatArray) -> FloatArray:
        """Path lengths summed over the trees in their order, so that a row's sum does not depend on its batch."""
        trees = np.arange(self.feature.shape[0])[:, None]
        columns = np.arange(rows.shape[0])[None, :]
        at = np.zeros((trees.size, columns.size), dtype=np.int64)
        while np.any((feature := self.feature[trees, at]) >= 0):
            goes_left = rows[columns, np.maximum(feature, 0)] <= self.threshold[trees, at]
            below = np.where(goes_left, self.left[trees, at], self.right[trees, at])
            at = np.where(feature >= 0, below, at)
        return np.asarray(np.cumsum(self.length[trees, at], axis=0)[-1])

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """Block what is anomalous."""
        return answers(self.scores(matrix(requests, self.names)), self.cut)


@dataclass(frozen=True, slots=True)
class IsolationForest:
    """An isolation forest with its threshold at a guessed contamination.

    Nobody knows the contamination beforehand; that guess is how a detector floods people with alerts.

    Source: Liu, Ting & Zhou (2008), Isolation Forest, ICDM; grown by scikit-learn, kept and served as arrays.
    """

    trees: int = 100
    contamination: float = 0.02
    name: str = "isolation_forest"
    complexity: int = 3

    @property
    def parameters(self) -> Parameters:
        """Number of trees and guessed share of anomalies."""
        return {"trees": self.trees, "contamination": self.contamination}

    def proposals(self, trials: int, /, *, rng: np.random.Generator) -> Sequence[IsolationForest]:
        """Numbers of trees around the present one."""
        del rng
        return [replace(self, trees=trees) for trees in (self.trees, 50, 200)[:trials]]

    def fit(self, train: Train, /, *, rng: np.random.Generator) -> Model:
        """Grow on the earlier rows without their labels, cut at the contamination on the later ones."""
        from sklearn.ensemble import IsolationForest as Estimator  # noqa: PLC0415 - loaded when needed

        fitted, later = split(train)
        estimator = Estimator(n_estimators=self.trees, random_state=int(rng.integers(2**31)))
        estimator.fit(np.nan_to_num(fitted.features, nan=0.0))
        model = _exported(train.names, estimator.estimators_, int(estimator.max_samples_))
        return replace(model, cut=by_budget(model.scores(later.features), self.contamination))

    def save(self, model: Model, /) -> Mapping[str, bytes]:
        """Arrays in one .npz without pickled objects."""
        if not isinstance(model, IsolationModel):
            raise TypeError(f"{type(model).__name__} is not an IsolationModel")
        buffer = BytesIO()
        np.savez(
            buffer, names=np.array(model.names), feature=model.feature, threshold=model.threshold, left=model.left,
            right=model.right, length=model.length, scalars=np.array([model.expected, model.cut]),
        )  # fmt: skip
        return {FILE: buffer.getvalue()}

    def load(self, files: Mapping[str, bytes], /) -> Model:
        """The model from its arrays."""
        with np.load(BytesIO(files[FILE]), allow_pickle=False) as kept:
            expected, cut = kept["scalars"].tolist()
            arrays = {name: kept[name] for name in ("feature", "threshold", "left", "right", "length")}
            return IsolationModel(names=tuple(kept["names"].tolist()), expected=expected, cut=cut, **arrays)


def average_path(size: np.ndarray) -> FloatArray:
    """Average path length of an unsuccessful search among ``size`` points. Liu et al. (2008), equation 1."""
    big = np.maximum(size, 3).astype(np.float64)
    grown = 2.0 * (np.log(big - 1.0) + EULER) - 2.0 * (big - 1.0) / big
    return np.asarray(np.where(size <= 1, 0.0, np.where(size == 2, 1.0, grown)))  # noqa: PLR2004


def _exported(names: tuple[str, ...], estimators: Sequence[object], sample: int) -> IsolationModel:
    trees = [estimator.tree_ for estimator in estimators]  # type: ignore[attr-defined]
    nodes = max(tree.node_count for tree in trees)

    def padded(values: list[np.ndarray]) -> np.ndarray:
        return np.stack([np.pad(value, (0, nodes - value.size)) for value in values])

    depths = [_depths(tree.children_left, tree.children_right) for tree in trees]
    lengths = [d + average_path(tree.n_node_samples) for d, tree in zip(depths, trees, strict=True)]
    return IsolationModel(
        names=names,
        feature=padded([np.where(tree.children_left < 0, -1, tree.feature) for tree in trees]),
        threshold=padded([tree.threshold for tree in trees]),
        left=padded([tree.children_left for tree in trees]),
        right=padded([tree.children_right for tree in trees]),
        length=padded(lengths),
        expected=float(average_path(np.array([sample]))[0]),
        cut=np.inf,
    )


def _depths(left: np.ndarray, right: np.ndarray) -> FloatArray:
    depth = np.zeros(left.size)
    for node in np.flatnonzero(left >= 0):
        depth[[left[node], right[node]]] = depth[node] + 1
    return depth
