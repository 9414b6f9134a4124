from __future__ import annotations

from collections.abc import Sequence

import pytest

from starcase.contract.model import LearningExample
from starcase.contract.request import Answer, Request
from starcase.testing import ContractBroken, check_learning

REQUESTS = [Request(f"r{'x' * n}", "u", n, {}) for n in range(6)]


class Counting:
    """A model that answers with the sum of the outcomes it has learnt from."""

    def __init__(self, names: tuple[str, ...] = ("taken",), chance: float = 0.5) -> None:
        self.names, self.chance, self.sum = names, chance, 0.0

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("rank", self.sum, {"propensity": self.chance}) for _ in requests]

    def learn(self, told: Sequence[LearningExample], /) -> None:
        self.sum += sum(1 + one.outcome.value for one in told if not self.names or one.outcome.name in self.names)


class ByCalls(Counting):
    def learn(self, told: Sequence[LearningExample], /) -> None:
        del told
        self.sum += 1.0


def test_a_model_that_keeps_the_contract_passes_the_check() -> None:
    check_learning(Counting, REQUESTS, "taken")


@pytest.mark.parametrize(
    ("load", "said"),
    [
        (ByCalls, "outcomes given one by one and in one batch lead to different answers"),
        (lambda: Counting(()), "learns from outcomes other than 'taken'"),
        (lambda: Counting(chance=0.0), "has no `propensity` above 0 in its content"),
    ],
)
def test_each_violation_is_reported(load: type[Counting], said: str) -> None:
    with pytest.raises(ContractBroken, match=said):
        check_learning(load, REQUESTS, "taken")
