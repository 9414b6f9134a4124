"""The contract of an online learning model: the same updates give the same answers, with logged propensities."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from starcase.contract.logged_propensity import read_propensity
from starcase.contract.model import LearningExample, OnlineModel
from starcase.contract.request import Answer, Request
from starcase.evidence import Outcome
from starcase.testing.model import find_model_complaints
from starcase.testing.violations import collect_complaints, find_missing, require

ANOTHER = "an outcome of another name"


def check_learning(load: Callable[[], OnlineModel], requests: Sequence[Request], outcome: str) -> None:
    """Raise ContractBroken where a model does not learn as replays and reruns need.

    Checked: the contract of a model; that it learns only from ``outcome`` and not by deciding; that outcomes given
    one by one or in one batch have the same effect; that every answer holds the probability of its choice.

    Args:
        load: loads a new copy of the model from its files at each call.
        requests: at least two different requests that it can answer.
        outcome: name of the outcome it learns from.

    Raises:
        ContractBroken: lists the complaints.
    """
    require(f"the learning model {type(load()).__name__}", find_learning_complaints(load, requests, outcome))


def find_learning_complaints(
    load: Callable[[], OnlineModel], requests: Sequence[Request], outcome: str
) -> Iterator[str]:
    """Yield the complaints about a model that learns."""
    lacking = list(find_missing(load(), ["decide", "learn"]))
    if lacking:
        yield from lacking
        return
    yield from find_model_complaints(load(), requests)
    yield from collect_complaints("learning", lambda: _check_updates(load, requests, outcome))


def _check_updates(load: Callable[[], OnlineModel], requests: Sequence[Request], outcome: str) -> Iterator[str]:
    at_once, one_by_one, other, never = load(), load(), load(), load()
    answers = list(never.decide(requests))
    told = [_create_example(request, answer, outcome) for request, answer in zip(requests, answers, strict=True)]
    at_once.learn(told)
    for one in told:
        one_by_one.learn([one])
        one_by_one.decide(requests[:1])
    if list(at_once.decide(requests)) != list(one_by_one.decide(requests)):
        yield "outcomes given one by one and in one batch lead to different answers, or the model learns by deciding"
    other.learn([_create_example(one.request, one.answer, ANOTHER) for one in told])
    if list(other.decide(requests)) != answers:
        yield f"it learns from outcomes other than {outcome!r}"
    for place, answer in enumerate([*answers, *at_once.decide(requests)]):
        if read_propensity(answer.content) is None:
            yield f"answer {place} has no `propensity` above 0 in its content"
            return


def _create_example(request: Request, answer: Answer, outcome: str) -> LearningExample:
    return LearningExample(request, answer, Outcome(request.id, outcome, float(len(request.id) % 2), request.at + 1))
