"""What a counting row would be with other orders of equal counts: the range that ties alone explain."""

from __future__ import annotations

import msgspec
import numpy as np

from starcase.contract.case_spec import Case
from starcase.contract.request import FloatArray
from starcase.stages.contest import Contest
from starcase.systems.recommend import RecommendSystem

ORDERS = 20
COUNTING = ("popularity", "recent_popularity")


def orders_of_equals(contest: Contest, system: RecommendSystem, case: Case) -> dict[str, float]:
    """NDCG of the counting rows over ``ORDERS`` orders of equals: lowest, mean and highest.

    The order of equals depends on the name of whoever asks; here everybody asks under other names.
    """
    dataset, fold = system.load(case), contest.last
    requests, outcomes = dataset.requests(fold), dataset.outcomes(fold)
    metric = next(metric for metric in system.metrics(case) if metric.name == contest.record.objective)
    even = np.ones((1, outcomes.height))
    found: dict[str, float] = {}
    for name in COUNTING:
        model, reached = contest.fitted[name].model, []
        for order in range(ORDERS):
            renamed = [msgspec.structs.replace(request, unit=f"{order}/{request.unit}") for request in requests]
            reached.append(_value(metric.value(metric.per_unit(model.decide(renamed), outcomes), even)))
        found |= {f"{name} ndcg, lowest of {ORDERS} orders of equals": min(reached),
                  f"{name} ndcg, mean over orders of equals": float(np.mean(reached)),
                  f"{name} ndcg, highest of {ORDERS} orders of equals": max(reached)}  # fmt: skip
    return found


def _value(values: FloatArray) -> float:
    return float(values[0])
