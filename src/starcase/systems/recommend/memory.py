"""What fitting will need, told before it is tried."""

from __future__ import annotations

from starcase.errors import DataError
from starcase.systems.recommend.training import TrainingSet

MB = 1e6


def refuse_above(train: TrainingSet, kind: str, needed: float) -> None:
    """Raise DataError where ``needed`` bytes are more than the case allows, and name what would do."""
    if needed > train.memory_mb * MB:
        raise DataError(
            f"{kind} over {len(train.items):,} items would need about {needed / MB:,.0f} MB to be fitted",
            why=f"`memory_mb` under [options] allows {train.memory_mb:,.0f} MB",
            mend="take als or item_knn with fewer neighbours, raise `fewest_users`, or allow more",
        )


def predicted_mb(kind: str, *, users: int, items: int, parameters: dict[str, float]) -> float:
    """Megabytes that fitting a candidate takes beyond the interactions themselves.

    >>> round(predicted_mb("ease", users=5_000, items=3_000, parameters={}))
    108
    """
    if kind == "ease":
        return 3 * 4 * items * items / MB
    if kind == "item_knn":
        return items * (parameters.get("neighbours", 200) * 12 + 1024 * 24) / MB
    if kind == "als":
        return 2 * 4 * (users + items) * parameters.get("factors", 64) / MB
    return 8 * items / MB
