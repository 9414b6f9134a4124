"""The Pareto front: the candidates no other beats in everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def pareto(points: Mapping[str, Sequence[float]]) -> tuple[str, ...]:
    """Names of the points that no other dominates, in the order given; every coordinate counts as "lower is better".

    One point dominates another when it is nowhere worse and somewhere better.

    >>> pareto({"quick": (1.0, 0.3), "exact": (9.0, 0.1), "neither": (9.0, 0.3)})
    ('quick', 'exact')
    """
    return tuple(
        name
        for name, point in points.items()
        if not any(_dominates(other, point) for rival, other in points.items() if rival != name)
    )


def _dominates(a: Sequence[float], b: Sequence[float]) -> bool:
    return all(x <= y for x, y in zip(a, b, strict=True)) and any(x < y for x, y in zip(a, b, strict=True))
