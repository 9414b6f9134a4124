"""A single request is answered as in a batch; the deployed fit answers much like the measured one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from tests.stages.gate.toys import evidence

from starcase.contract.request import Answer, Request
from starcase.stages.gate.agreement import Agreement
from starcase.stages.gate.one_by_one import OneByOne


class Standardised:
    """A model that scores within the batch, like a scaler fitted on the requests."""

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        x = np.array([float(request.features["x"] or 0) for request in requests])
        z = (x - x.mean()) / (x.std() or 1.0)
        return [Answer("block" if score > 2 else "approve", float(score)) for score in z]


class Plain:
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("approve", float(request.features["x"] or 0)) for request in requests]


@pytest.mark.parametrize(("model", "outcome"), [(Standardised(), "failed"), (Plain(), "passed")])
def test_a_model_that_depends_on_its_batch_does_not_pass(model: Plain | Standardised, outcome: str) -> None:
    given = evidence()
    asked = replace(given, model=model, answers=model.decide(given.requests))
    result = OneByOne().check(asked)
    assert result.outcome == outcome, result.why


def test_without_a_refit_the_measured_model_goes_live() -> None:
    assert Agreement().check(evidence()).outcome == "passed"


@pytest.mark.parametrize(("share", "outcome"), [(0.0, "passed"), (0.05, "passed"), (0.5, "failed")])
def test_a_refit_with_too_many_other_answers_does_not_pass(share: float, outcome: str) -> None:
    given = evidence()
    turned = int(share * len(given.answers))
    answers = [Answer("other" if place < turned else one.action, one.score) for place, one in enumerate(given.answers)]
    result = Agreement().check(replace(given, refit=replace(given, answers=answers)))
    assert result.outcome == outcome, result.why
