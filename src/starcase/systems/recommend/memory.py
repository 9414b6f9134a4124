"""What fitting will need, told before it is tried."""

from __future__ import annotations

import numpy as np

from starcase.errors import DataError
from starcase.systems.recommend.training import TrainingSet

MB = 1e6
OF_COUNTS = 40
OF_PAIR = 24


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
    """What the similarities of ``chunk`` items to all others take: as many as users took both, all at most.

    Of each user with m items there are m squared pairs, spread over the chunks.
    """
    items = max(1, len(train.items))
    sizes = np.bincount(train.user, minlength=1).astype(np.float64)
    pairs = float(sizes @ sizes) * chunk / items
    return OF_PAIR * min(float(chunk * items), pairs)
