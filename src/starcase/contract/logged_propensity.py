"""The propensity that a policy logs: the probability with which it chose its answer, in the answer's content."""

from __future__ import annotations

from collections.abc import Mapping

from starcase.contract.request import Json

PROPENSITY = "propensity"


def read_propensity(content: Json) -> float | None:
    """Return the propensity that an answer's content logs; None without one between 0 (excluded) and 1.

    Off-policy estimates divide by it, so a policy never logs 0.

    >>> read_propensity({"items": ["a"], "propensity": 0.25}), read_propensity({"propensity": 0.0})
    (0.25, None)
    """
    logged = content.get(PROPENSITY) if isinstance(content, Mapping) else None
    return logged if isinstance(logged, float) and 0 < logged <= 1 else None
