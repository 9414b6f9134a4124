"""The Pareto front: the candidates that no other dominates, and the probability of membership."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from starcase.contract.request import FloatArray

WEIGHTINGS = 10_000
Shares = tuple[tuple[str, float], ...]


def find_pareto_front(points: Mapping[str, Sequence[float]]) -> tuple[str, ...]:
    """Return the names of the points that no other dominates, in the order given; lower is better in every coordinate.

    One point dominates another when it is nowhere worse and somewhere better.

    >>> find_pareto_front({"quick": (1.0, 0.3), "exact": (9.0, 0.1), "neither": (9.0, 0.3)})
    ('quick', 'exact')
    """
    alone = {name: np.array(point[:1]) for name, point in points.items()}
    return tuple(name for name, on in compute_front_share(alone, {n: p[1:] for n, p in points.items()}) if on)


def compute_front_share(drawn: Mapping[str, FloatArray], costs: Mapping[str, Sequence[float]]) -> Shares:
    """Compute the share of draws in which each candidate is on the front; lower is better throughout.

    Args:
        drawn: the objective of each candidate, (draws,).
        costs: what each costs, the same coordinates for all.

    >>> compute_front_share({"plain": np.array([0.2, 0.2]), "fancy": np.array([0.1, 0.3])},
    ...     {"plain": [1.0], "fancy": [2.0]})
    (('plain', 1.0), ('fancy', 0.5))
    """
    return tuple((name, float(1 - _find_dominated_draws(name, drawn, costs).mean())) for name in drawn)


def compute_weight_share(points: Mapping[str, Sequence[float]], *, seed: int) -> Shares:
    """Compute the share of weightings for which each candidate has the best weighted sum; lower is better.

    Each coordinate is brought to [0, 1] over the candidates; weightings are uniform on the simplex. Where a choice
    hangs on the weights, the shares say so; equal sums go to the first.

    >>> compute_weight_share({"good": (0.1, 3.0), "cheap": (0.3, 1.0), "neither": (0.3, 3.0)}, seed=1)[2]
    ('neither', 0.0)
    """
    if not points:
        return ()
    table = np.array(list(points.values()), dtype=np.float64)
    low, high = table.min(axis=0), table.max(axis=0)
    scaled = (table - low) / np.where(high > low, high - low, 1.0)
    weights = np.random.default_rng(seed).dirichlet(np.ones(table.shape[1]), WEIGHTINGS)
    first = np.bincount((weights @ scaled.T).argmin(axis=1), minlength=len(points)) / WEIGHTINGS
    return tuple(zip(points, first.tolist(), strict=True))


def _find_dominated_draws(
    name: str, drawn: Mapping[str, FloatArray], costs: Mapping[str, Sequence[float]]
) -> np.ndarray:
    """Return, for each draw, whether another candidate dominates."""
    mine = np.array(costs[name])
    beaten = np.zeros(drawn[name].shape, dtype=bool)
    for rival, values in drawn.items():
        theirs = np.array(costs[rival])
        if rival != name and (theirs <= mine).all():
            better = values < drawn[name]
            beaten |= (values <= drawn[name]) if (theirs < mine).any() else better
    return beaten
