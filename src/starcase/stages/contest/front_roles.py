"""The criterion that each member of the Pareto front leads, and the candidates that dominate the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starcase.evidence.records import FrontPlace

LEADS = {
    "p50 latency": "quickest", "artefact size": "smallest to keep", "fit memory": "least memory to fit",
    "complexity": "simplest", "growth": "grows slowest",
}  # fmt: skip
AMONG = {
    "p50 latency": "as quick", "artefact size": "as small", "fit memory": "that fit in as little memory",
    "complexity": "as simple", "growth": "that grow as slowly",
}  # fmt: skip
MOST = 2
BALANCE = "no other is better in everything"


def assign_front_roles(
    points: Mapping[str, Sequence[float]], counted: Sequence[str], objective: str
) -> tuple[FrontPlace, ...]:
    """Assign one role per candidate, in the order given.

    Args:
        points: by candidate the objective first, then what is counted; lower is better throughout.
        counted: names of the costs, in the order of the points.
        objective: its name.

    >>> found = assign_front_roles({"quick": (0.3, 1.0), "exact": (0.1, 9.0), "slow": (0.3, 9.0)}, ["p50 latency"],
    ...     "error")
    >>> [place.why or f"behind {', '.join(place.behind)}" for place in found]
    ['quickest', 'best error', 'behind quick, exact']
    """
    return tuple(_assign_role(name, points, counted, objective) for name in points)


def _assign_role(
    name: str, points: Mapping[str, Sequence[float]], counted: Sequence[str], objective: str
) -> FrontPlace:
    mine = points[name]
    behind = tuple(other for other, theirs in points.items() if _is_dominating(theirs, mine))
    if behind:
        return FrontPlace(candidate=name, behind=behind)
    leads = [i for i in range(len(mine)) if mine[i] == min(theirs[i] for theirs in points.values())]
    said = [f"best {objective}" if i == 0 else LEADS.get(counted[i - 1], f"least {counted[i - 1]}") for i in leads]
    among = [
        AMONG.get(cost, f"of no more {cost}") for i, cost in enumerate(counted, 1) if _is_best_among(name, points, i)
    ]
    if 0 not in leads and among:
        said.append(f"best {objective} of those {' or '.join(among[:MOST])}")
    return FrontPlace(candidate=name, why=", ".join(said) or BALANCE)


def _is_dominating(theirs: Sequence[float], mine: Sequence[float]) -> bool:
    return all(a <= b for a, b in zip(theirs, mine, strict=True)) and tuple(theirs) != tuple(mine)


def _is_best_among(name: str, points: Mapping[str, Sequence[float]], cost: int) -> bool:
    """Return whether no candidate at most as costly has as good an objective, and at least one is at most as costly."""
    mine = points[name]
    rivals = [theirs for other, theirs in points.items() if other != name and theirs[cost] <= mine[cost]]
    return bool(rivals) and all(mine[0] < theirs[0] for theirs in rivals)
