"""What fitting will need, told before it is tried."""

from __future__ import annotations

import numpy as np

from starcase.errors import DataError
from starcase.systems.recommend.training import TrainingSet

MB = 1e6
OF_COUNTS = 24
OF_PAIR = 44
SAMPLED = 64


def refuse_above(train: TrainingSet, kind: str, needed: float, smaller: str) -> None:
    """Raise DataError where ``needed`` bytes are more than the case allows, and name what would do instead."""
    if needed > train.memory_mb * MB:
        raise DataError(
            f"{kind} over {len(train.items):,} items would need about {needed / MB:,.0f} MB to be fitted",
            why=f"`memory_mb` under [options] allows {train.memory_mb:,.0f} MB",
            mend=f"take {smaller}, raise `fewest_users`, or allow more",
        )


def counts_bytes(train: TrainingSet) -> float:
    """What the table of who took what takes while it is built, in bytes."""
    return float(OF_COUNTS * len(train))


def pairs_bytes(train: TrainingSet, chunk: int) -> float:
    """What the similarities of ``chunk`` items to all others take, from how many others a few items were taken with."""
    if not train.items:
        return 0.0
    counts = train.counts().tocsc()
    some = np.arange(0, len(train.items), max(1, len(train.items) // SAMPLED))
    others = (counts[:, some].T @ counts).nnz / some.size
    return float(OF_PAIR * min(chunk, len(train.items)) * others)
