"""Approximate search of the highest inner products with ``faiss``; the found pool is scored exactly."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from starcase.errors import ArtefactError, PluginError
from starcase.systems.recommend.arrays import AnyArray, FloatArray, IntArray, SingleArray
from starcase.systems.recommend.ranking import sort_unique

WORTH_IT = 50_000
TAUGHT_ON = 40_000
ROUNDS = 8
PER_LIST, MOST_LISTS = 250, 4_096
PROBED = 3.0
POOL = 300


class NeighbourIndex:
    """An approximate nearest-neighbour index.

    Args:
        index: faiss's, as ``build_index`` builds it.

    Source: Jégou, Douze & Schmid (2011), Product quantization for nearest neighbor search; codes read in registers:
    André, Kermarrec & Le Scouarnec (2015), Cache locality is not enough.
    """

    def __init__(self, index: Any) -> None:
        self._index = index
        lists = _load_faiss().extract_index_ivf(index)
        lists.nprobe = min(lists.nlist, round(PROBED * sqrt(lists.nlist)))

    def best(self, query: SingleArray, count: int) -> IntArray:
        """Return the indices of about the ``count`` highest inner products with ``query``, (d,), unordered."""
        _, found = self._index.search(np.ascontiguousarray(query[None]), count)
        return np.asarray(found[0][found[0] >= 0], dtype=np.int64)

    def pool(
        self, items: SingleArray, query: SingleArray, taken: IntArray, bonus: FloatArray
    ) -> tuple[IntArray, AnyArray]:
        """Return the items nearest to a query and those taken before, rising, with exact scores.

        Args:
            items: (n_items, d) the points the index is over.
            query: (d,) the user's.
            taken: (m,) what the user took, rising, each once.
            bonus: (m,) added to the score of each.
        """
        pool = sort_unique(np.concatenate([self.best(query, POOL + taken.size), taken]))
        scores = items[pool] @ query
        scores[np.searchsorted(pool, taken)] += bonus.astype(np.float32)
        return pool, np.asarray(scores)

    def content(self) -> bytes:
        """The index as faiss writes it."""
        return bytes(_load_faiss().serialize_index(self._index))

    @classmethod
    def from_bytes(cls, content: bytes) -> NeighbourIndex:
        """Load the index from ``content``.

        Raises:
            ArtefactError: it holds none.
            PluginError: faiss is not installed.
        """
        try:
            return cls(_load_faiss().deserialize_index(np.frombuffer(content, dtype=np.uint8)))
        except RuntimeError as error:
            raise ArtefactError("the file holds no index", why=str(error), mend="fit the candidate again") from error


def build_index(points: SingleArray, *, rng: np.random.Generator) -> NeighbourIndex:
    """Build an index: inverted lists by k-means on a sample, and 4 bits for each dimension.

    Args:
        points: (n, d).
        rng: draws the sample.

    Raises:
        PluginError: faiss is not installed.
    """
    faiss = _load_faiss()
    n, width = points.shape
    lists = min(MOST_LISTS, max(1, n // PER_LIST))
    index = faiss.index_factory(width, f"IVF{lists},PQ{width}x4fs", faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.min_points_per_centroid = ROUNDS, 1
    index.train(np.ascontiguousarray(points[rng.permutation(n)[:TAUGHT_ON]]))
    index.add(np.ascontiguousarray(points))
    return NeighbourIndex(index)


def _load_faiss() -> Any:
    try:
        import faiss  # noqa: PLC0415 - an extra
    except ImportError as error:
        mend = "pip install 'starcase[faiss]'"
        raise PluginError("an index over so many items needs faiss", why=str(error), mend=mend) from error
    faiss.omp_set_num_threads(1)
    return faiss
