"""The contract of an environment: history in its order, the same again, outcomes after the fact."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from starcase.contract.case_spec import Case
from starcase.contract.request import Answer
from starcase.contract.system import Dataset, Fold, System

MOST = 200


def find_traffic_complaints(system: System, case: Case, dataset: Dataset, fold: Fold) -> Iterator[str]:
    """What is wrong with a system's live traffic, sentence by sentence."""
    environment = system.environment(case, dataset)
    arrived = list(islice(environment.arrivals(fold.test_start, fold.test_end), MOST))
    if not arrived:
        yield f"no request arrives between {fold.test_start} and {fold.test_end}"
        return
    times = [request.at for request in arrived]
    if times != sorted(times):
        yield "requests do not arrive in time order"
    if times[0] < fold.test_start or times[-1] >= fold.test_end:
        yield "requests arrive outside the span that was asked for"
    if len({request.id for request in arrived}) < len(arrived):
        yield "two requests go by the same id"
    again = list(islice(system.environment(case, dataset).arrivals(fold.test_start, fold.test_end), MOST))
    if [(r.id, r.at, repr(dict(r.features))) for r in again] != [(r.id, r.at, repr(dict(r.features))) for r in arrived]:
        yield "replayed twice, history differs"
    served = Answer("nothing", 0.0)
    for request in arrived:
        outcome = environment.outcome(request, served)
        if outcome is None:
            continue
        if outcome.at < request.at:
            yield f"the outcome of {request.id} is known before it was asked"
            return
        if outcome.decision != request.id:
            yield f"the outcome of {request.id} names the decision {outcome.decision!r}"
            return
