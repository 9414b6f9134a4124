"""The contract of a model: answers in order, independent of other requests, deterministic."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from copy import deepcopy

import polars as pl

from starcase.contract.model import Model
from starcase.contract.request import Answer, Request, RequestTable
from starcase.testing.violations import collect_complaints, find_missing, require

SINGLES = 5


def check_model(model: Model, requests: Sequence[Request]) -> None:
    """Raise ContractBroken where a model breaks its contract.

    Checked: an empty batch, one answer a request, valid answers, the same answers again, answers in the order of the
    requests, one request alone answered as in a batch, a table answered as its rows, requests left as they were.

    Args:
        model: a fitted model.
        requests: at least two different requests that it can answer.

    Raises:
        ContractBroken: lists the complaints.

    >>> from starcase.testing.toy import ToyModel
    >>> check_model(ToyModel("x", 2.0, 0.0), [Request("a", "u", 1, {"x": 0.5}), Request("b", "u", 2, {"x": -1.0})])
    """
    require(f"the model {type(model).__name__}", find_model_complaints(model, requests))


def find_model_complaints(model: Model, requests: Sequence[Request]) -> Iterator[str]:
    """Yield the complaints about a model."""
    if len(requests) < 2:  # noqa: PLR2004
        yield "a check needs at least two requests"
        return
    lacking = list(find_missing(model, ["decide"]))
    if lacking:
        yield from lacking
        return
    yield from collect_complaints("deciding an empty batch", lambda: _check_empty_batch(model))
    yield from collect_complaints("deciding", lambda: _check_batch(model, list(requests)))


def _check_empty_batch(model: Model) -> Iterator[str]:
    if len(model.decide([])):
        yield "it gives answers to an empty batch"


def _check_batch(model: Model, requests: list[Request]) -> Iterator[str]:
    before = deepcopy(requests)
    answers = list(model.decide(requests))
    if requests != before:
        yield "it changes the requests"
    if len(answers) != len(requests):
        yield f"{len(requests)} requests got {len(answers)} answers"
        return
    yield from _check_answers(answers)
    if list(model.decide(before)) != answers:
        yield "two calls give different answers"
        return
    yield from _check_single_request(model, before, answers)
    if list(model.decide(before[::-1]))[::-1] != answers:
        yield "the answers are not in the order of the requests, or depend on it"
    yield from _check_table(model, before, answers)


def _check_answers(answers: list[Answer]) -> Iterator[str]:
    for place, answer in enumerate(answers):
        if not isinstance(answer, Answer):
            yield f"answer {place} is a {type(answer).__name__}; an Answer is required"
        elif not isinstance(answer.action, str) or not answer.action:
            yield f"answer {place} names no action: {answer.action!r}"
        elif not isinstance(answer.score, float) or not math.isfinite(answer.score):
            yield f"the score of answer {place} is {answer.score!r}; a finite float is required"
        else:
            continue
        return


def _check_single_request(model: Model, requests: list[Request], answers: list[Answer]) -> Iterator[str]:
    step = max(1, len(requests) // SINGLES)
    for place in range(0, len(requests), step):
        alone = list(model.decide([requests[place]]))
        if alone != [answers[place]]:
            yield f"request {place} alone is answered {alone}, in a batch {answers[place]}"
            return


def _check_table(model: Model, requests: list[Request], answers: list[Answer]) -> Iterator[str]:
    frame = pl.DataFrame([dict(request.features) for request in requests], infer_schema_length=None)
    table = RequestTable([r.id for r in requests], [r.unit for r in requests], [r.at for r in requests], frame)
    if list(model.decide(table)) != answers:
        yield "a RequestTable is answered differently from its rows"
