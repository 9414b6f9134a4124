"""Decisions for shadows to follow."""

from __future__ import annotations

from collections.abc import Sequence

from starcase.contract.request import Answer, Request
from starcase.evidence import ServedDecision


def served(number: int, *, version: int = 2, action: str = "approve", unit: str = "") -> ServedDecision:
    return ServedDecision(
        id=f"t{number}", unit=unit or f"u{number}", at=number, plan_version=version, bucket=number, arm="old",
        model="m1", propensity=1.0, action=action, score=0.5, features={"x": float(number)},
    )  # fmt: skip


class Doubles:
    """Answers twice the feature, keeps the requests, and raises at given ones."""

    def __init__(self, *, raises: frozenset[int] = frozenset(), nan: frozenset[int] = frozenset()) -> None:
        self.raises = raises
        self.nan = nan
        self.asked: list[str] = []

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        answers = []
        for request in requests:
            if request.at in self.raises:
                raise ArithmeticError("no")
            x = float(request.features["x"] or 0.0)
            answers.append(Answer("block" if x % 2 else "approve", float("nan") if request.at in self.nan else 2 * x))
        self.asked += [request.id for request in requests]
        return answers
