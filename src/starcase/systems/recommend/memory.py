"""Memory estimates of fitting, checked before fitting."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from starcase.errors import DataError
from starcase.systems.recommend.training import TrainingSet

MB = 1e6
OF_COUNTS = 24
OF_PAIR = 44
OF_WORD = 48
SAMPLED = 64


def require_memory(train: TrainingSet, kind: str, needed: float, smaller: str) -> None:
    """Raise DataError where ``needed`` bytes are above the case's limit, and name an alternative."""
    if needed > train.memory_mb * MB:
        raise DataError(
            f"{kind} over {len(train.items):,} items would need about {needed / MB:,.0f} MB to fit",
            why=f"`memory_mb` under [options] allows {train.memory_mb:,.0f} MB",
            mend=f"take {smaller}, raise `fewest_users` under [options], or raise `memory_mb`",
        )


def estimate_counts_bytes(train: TrainingSet) -> float:
    """Estimate the peak memory of building the interaction matrix, bytes."""
    return float(OF_COUNTS * len(train))


def estimate_pairs_bytes(columns: sparse.csc_matrix, chunk: int) -> float:
    """Estimate the memory of the similarities of ``chunk`` columns to all others, from a sample of columns.

    Args:
        columns: (d, n) sparse: who took each item, or which words it has.
        chunk: how many are compared with all others at once.
    """
    n = columns.shape[1]
    if not n:
        return 0.0
    some = np.arange(0, n, max(1, n // SAMPLED))
    others = (columns[:, some].T @ columns).nnz / some.size
    return float(OF_PAIR * min(chunk, n) * others)
