"""The contract of an environment: history in time order, deterministic, outcomes after their request."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from starcase.contract.case_spec import Case
from starcase.contract.request import Answer
from starcase.contract.system import Dataset, Fold, System

MOST = 200


def find_traffic_complaints(system: System, case: Case, dataset: Dataset, fold: Fold) -> Iterator[str]:
    """Yield the complaints about a system's live traffic."""
    environment = system.environment(case, dataset)
    arrived = list(islice(environment.arrivals(fold.test_start, fold.test_end), MOST))
    if not arrived:
        yield f"no request arrives between {fold.test_start} and {fold.test_end}"
        return
    times = [request.at for request in arrived]
    if times != sorted(times):
        yield "requests do not arrive in time order"
    if times[0] < fold.test_start or times[-1] >= fold.test_end:
        yield "requests arrive outside the requested span"
    if len({request.id for request in arrived}) < len(arrived):
        yield "two requests have the same id"
    again = list(islice(system.environment(case, dataset).arrivals(fold.test_start, fold.test_end), MOST))
    if [(r.id, r.at, repr(dict(r.features))) for r in again] != [(r.id, r.at, repr(dict(r.features))) for r in arrived]:
        yield "two replays of history differ"
    served = Answer("nothing", 0.0)
    for request in arrived:
        outcome = environment.outcome(request, served)
        if outcome is None:
            continue
        if outcome.at < request.at:
            yield f"the outcome of {request.id} is known before its request"
            return
        if outcome.decision != request.id:
            yield f"the outcome of {request.id} names the decision {outcome.decision!r}"
            return
