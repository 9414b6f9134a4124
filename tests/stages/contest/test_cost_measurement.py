"""Candidates are timed in turns, each as often as every other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from starcase.contract.request import Answer, Request
from starcase.stages.contest.cost_measurement import WARM_UP, measure_latencies
from starcase.stages.contest.evaluation import FittedCandidate
from starcase.testing.toy import ToyCandidate


class Counting:
    def __init__(self, name: str, asked: list[str]) -> None:
        self.name, self.asked = name, asked

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        self.asked.append(self.name)
        return [Answer("approve", 0.5) for _ in requests]


def test_candidates_are_timed_in_turns_and_equally_often() -> None:
    asked: list[str] = []
    models = {
        name: FittedCandidate(
            candidate=ToyCandidate(name, 1), model=Counting(name, asked), files={}, hash="", trials=1,
            fit_seconds=0.0, fit_memory_mb=0.0,
        )
        for name in ("a", "b")
    }  # fmt: skip
    taken = measure_latencies(models, [Request("r", "u", 0, {})], fewest=5, most=20)
    assert asked == ["a", "b"] * (WARM_UP + 20)
    assert {name: values.size for name, values in taken.items()} == {"a": 20, "b": 20}
    assert all(np.all(values > 0) for values in taken.values())
