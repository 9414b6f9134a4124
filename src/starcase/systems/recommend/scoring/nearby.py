"""The highest inner products among very many points: lists of short codes, then the points themselves; by ``faiss``."""

from __future__ import annotations

from typing import Any

import numpy as np

from starcase.errors import ArtefactError, PluginError
from starcase.systems.recommend.arrays import IntArray, SingleArray

WORTH_IT = 50_000
TAUGHT_ON = 40_000
ROUNDS = 8
PER_LIST = 1_000
PROBED, FEWEST_PROBED = 0.16, 32
LOOKED_AT, LEAST_FACTOR = 400, 4.0


class Nearby:
    """About the best points for a query, in a fraction of the time of looking at all of them.

    Args:
        index: faiss's, as ``nearby`` builds it.

    Source: Jégou, Douze & Schmid (2011), Product quantization for nearest neighbor search; codes read in registers:
    André, Kermarrec & Le Scouarnec (2015), Cache locality is not enough.
    """

    def __init__(self, index: Any) -> None:
        self._index = index
        lists = _faiss().extract_index_ivf(index)
        lists.nprobe = min(lists.nlist, max(FEWEST_PROBED, round(PROBED * lists.nlist)))

    def best(self, query: SingleArray, count: int) -> IntArray:
        """The places of about the ``count`` highest inner products with ``query``, (d,)."""
        self._index.k_factor = max(LEAST_FACTOR, LOOKED_AT / count)
        _, found = self._index.search(np.ascontiguousarray(query[None]), count)
        return np.asarray(found[0][found[0] >= 0], dtype=np.int64)

    def content(self) -> bytes:
        """The index as faiss writes it."""
        return bytes(_faiss().serialize_index(self._index))

    @classmethod
    def of(cls, content: bytes) -> Nearby:
        """The index that ``content`` holds.

        Raises:
            ArtefactError: it holds none.
            PluginError: faiss is not installed.
        """
        try:
            return cls(_faiss().deserialize_index(np.frombuffer(content, dtype=np.uint8)))
        except RuntimeError as error:
            raise ArtefactError("the file holds no index", why=str(error), mend="fit the candidate again") from error


def nearby(points: SingleArray, *, rng: np.random.Generator) -> Nearby:
    """An index over points: lists by k-means over a sample, half a byte for each dimension, and the points.

    Args:
        points: (n, d).
        rng: draws the sample.

    Raises:
        PluginError: faiss is not installed.
    """
    faiss = _faiss()
    n, width = points.shape
    spec = f"IVF{max(1, n // PER_LIST)},PQ{width}x4fs,RFlat"
    index = faiss.index_factory(width, spec, faiss.METRIC_INNER_PRODUCT)
    faiss.extract_index_ivf(index).cp.niter = ROUNDS
    index.train(np.ascontiguousarray(points[rng.permutation(n)[:TAUGHT_ON]]))
    index.add(np.ascontiguousarray(points))
    return Nearby(index)


def _faiss() -> Any:
    try:
        import faiss  # noqa: PLC0415 - an extra
    except ImportError as error:
        mend = "pip install 'starcase[faiss]'"
        raise PluginError("an index over so many items needs faiss", why=str(error), mend=mend) from error
    faiss.omp_set_num_threads(1)
    return faiss
