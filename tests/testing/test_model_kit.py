from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from starcase.contract.request import Answer, Request, RequestTable
from starcase.testing import ContractBroken, check_model

REQUESTS = [Request(f"r{i}", f"u{i}", i, {"x": float(i)}) for i in range(20)]


def score(request: Request) -> float:
    return float(request.features["x"] or 0.0)


class Good:
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("approve", score(request)) for request in requests]


class NoEmpty(Good):
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("approve", score(requests[0])), *super().decide(requests[1:])]


class AnswersNobody(Good):
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [*super().decide(requests), *([] if requests else [Answer("approve", 0.0)])]


class TooFew(Good):
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return super().decide(requests)[:-1]


class Sorts(Good):
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return sorted(super().decide(requests), key=lambda answer: answer.score)


class Ranks(Good):
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        top = max(map(score, requests), default=1.0) or 1.0
        return [Answer("approve", score(request) / top) for request in requests]


@dataclass
class Counts(Good):
    calls: int = 0

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        self.calls += 1
        return [Answer("approve", float(self.calls)) for _ in requests]


class Changes(Good):
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        answers = super().decide(requests)
        for request in requests:
            request.features["y"] = 1.0  # type: ignore[index]
        return answers


class Mute(Good):
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("", score(request)) for request in requests]


class NotFinite(Good):
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("approve", float("nan")) for _ in requests]


class Bare(Good):
    def decide(self, requests: Sequence[Request], /) -> Any:
        return [score(request) for request in requests]


@dataclass
class TableBlind(Good):
    seen: list[int] = field(default_factory=list)

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return (
            [Answer("approve", 0.0) for _ in requests]
            if isinstance(requests, RequestTable)
            else super().decide(requests)
        )


def test_a_good_model_passes_the_check() -> None:
    check_model(Good(), REQUESTS)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (NoEmpty(), "deciding an empty batch raised IndexError"),
        (AnswersNobody(), "it gives answers to an empty batch"),
        (TooFew(), "20 requests got 19 answers"),
        (Sorts(), "the answers are not in the order of the requests"),
        (Ranks(), "alone is answered"),
        (Counts(), "two calls give different answers"),
        (Changes(), "it changes the requests"),
        (Mute(), "names no action"),
        (NotFinite(), "a finite float is required"),
        (Bare(), "an Answer is required"),
        (TableBlind(), "a RequestTable is answered differently"),
        (object(), "it has no `decide`"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_each_violation_is_reported(model: Any, words: str) -> None:
    requests = [Request(r.id, r.unit, r.at, dict(r.features)) for r in REQUESTS]
    with pytest.raises(ContractBroken) as caught:
        check_model(model, requests)
    assert words in str(caught.value)


def test_a_check_with_one_request_is_refused() -> None:
    with pytest.raises(ContractBroken, match="at least two"):
        check_model(Good(), REQUESTS[:1])
