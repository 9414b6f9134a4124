"""Harm of showing one model's list instead of another's."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from starcase.contract.request import Answer
from starcase.evidence.figure import Figure
from starcase.systems.recommend.environment import list_items


def measure_harm(served: Sequence[Answer], instead: Sequence[Answer], retrospect: pl.DataFrame) -> tuple[Figure, ...]:
    """Compare the served lists with those of the other model, at the same baskets.

    Args:
        served: (n,) the served answers.
        instead: (n,) the other model's answers to the same requests.
        retrospect: n rows as the dataset gives them: ``targets``, ``unit``.
    """
    n = retrospect.height
    if n == 0:
        return ()
    targets = retrospect["targets"].to_list()
    ours = [len(set(list_items(a)).intersection(t)) for a, t in zip(served, targets, strict=True)]
    theirs = [len(set(list_items(a)).intersection(t)) for a, t in zip(instead, targets, strict=True)]
    sizes = [len(wanted) for wanted in targets]
    worse = [b > 0 and not a for a, b in zip(ours, theirs, strict=True)]
    counts = {
        "baskets in which the other would have hit and this one did not": sum(worse),
        "users to whom that happened": retrospect.filter(pl.Series(worse, dtype=pl.Boolean))["unit"].n_unique(),
        "baskets without anything recommended": sum(t > 0 and not a for a, t in zip(ours, sizes, strict=True)),
        "taken items the other would have shown beyond those shown": sum(theirs) - sum(ours),
    }
    return tuple(Figure(name=name, value=value, unit="count", n=n) for name, value in counts.items())
