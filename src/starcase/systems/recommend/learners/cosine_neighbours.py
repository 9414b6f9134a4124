"""The most similar columns of a sparse matrix, a thousand at a time."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from starcase.systems.recommend.arrays import AnyArray, IntArray, SingleArray

CHUNK = 1024
OF_NEIGHBOUR = 12.0


def find_nearest(columns: sparse.csc_matrix, count: int, *, shrink: float = 0.0) -> tuple[IntArray, SingleArray]:
    """Find the ``count`` columns of highest cosine to each other column, and their cosines.

    Args:
        columns: (d, n) sparse.
        count: how many are kept of each.
        shrink: a cosine is scaled by c / (c + shrink), c the product of the two columns.

    Returns:
        (n, count) places and (n, count) cosines, float32; fewer where n is smaller.

    >>> near, similar = find_nearest(sparse.csc_matrix(np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])), 1)
    >>> near.ravel().tolist(), bool(np.allclose(similar, 0.5**0.5))
    ([1, 0, 1], True)
    """
    n = columns.shape[1]
    kept = min(count, n)
    length = np.sqrt(np.asarray(columns.multiply(columns).sum(axis=0)).ravel()) + 1e-9
    near, similar = np.zeros((n, kept), dtype=np.int64), np.zeros((n, kept), dtype=np.float32)
    for start in range(0, n, CHUNK):
        rows = np.arange(start, min(start + CHUNK, n))
        products = (columns.T @ columns[:, rows]).tocsc()
        owner = np.repeat(rows, np.diff(products.indptr))
        cosine = (
            products.data
            / (length[owner] * length[products.indices])
            * (products.data / (products.data + shrink + 1e-9))
        )
        cosine[owner == products.indices] = 0.0
        for row, first, last in zip(
            rows.tolist(), products.indptr.tolist(), products.indptr[1:].tolist(), strict=False
        ):
            best = _select_highest(cosine[first:last], kept)
            near[row, : best.size] = products.indices[first:last][best]
            similar[row, : best.size] = cosine[first:last][best]
    return near, similar


def _select_highest(values: AnyArray, count: int) -> IntArray:
    """Return the indices of the ``count`` highest values, highest first; ties in order of index.

    >>> _select_highest(np.array([0.5, 0.1, 0.9, 0.5, 0.5]), 3).tolist()
    [2, 0, 3]
    """
    if values.size <= count:
        return np.argsort(-values, kind="stable")
    least = np.partition(values, values.size - count)[values.size - count]
    among = np.flatnonzero(values >= least)
    return among[np.argsort(-values[among], kind="stable")[:count]]
