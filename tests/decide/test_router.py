"""The kernel: shares, clearance, and failing challengers answered by the champion."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.contract.model import Model
from starcase.contract.request import Answer, Request
from starcase.decide import Arm, Clearance, Reach, Router, ServingPlan, compute_bucket
from starcase.errors import DataError, GateNotPassed
from starcase.extensions.user_code import load_own

CHAMPION = Arm("champion", "c" * 8)
CHALLENGER = Arm("challenger", "d" * 8)
CLEARANCE = Clearance(candidate="challenger", model="d" * 8, evidence=("gate-1",), hashes=("h",))


class Constant:
    def __init__(self, action: str) -> None:
        self.action = action

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer(self.action, 0.5) for _ in requests]


class Scoring(Constant):
    def __init__(self, score: float) -> None:
        super().__init__("approve")
        self.score = score

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer(self.action, self.score) for _ in requests]


class Broken:
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        raise RuntimeError("out of memory")


def plan() -> ServingPlan:
    return ServingPlan(case="cards", version=1, salt="cards/1", champion=CHAMPION)


def exposing(share: float) -> ServingPlan:
    return plan().expose_challenger(CHALLENGER, (Reach.from_share(share),), CLEARANCE, version=2)


def ask(unit: str) -> Request:
    return Request(f"tx-{unit}", unit, 0, {"x": 1.0})


@given(st.text(max_size=20), st.lists(st.floats(0, 1), min_size=2, max_size=5))
def test_widening_only_adds_units(unit: str, shares: list[float]) -> None:
    served = [exposing(share).assign(compute_bucket("cards/1", unit), {})[0].name for share in sorted(shares)]
    assert served == sorted(served, reverse=True)


def test_exposure_needs_clearance_for_the_same_model() -> None:
    with pytest.raises(GateNotPassed, match="challenger has no clearance"):
        ServingPlan("cards", 1, "s", Arm("a", "x"), Arm("challenger", "d" * 8), (Reach(1),))
    other = Clearance(candidate="challenger", model="other", evidence=(), hashes=())
    with pytest.raises(GateNotPassed):
        plan().expose_challenger(CHALLENGER, (Reach.from_share(0.1),), other, version=2)


def test_the_propensity_is_the_share_in_force() -> None:
    models = {CHAMPION.model: Constant("approve"), CHALLENGER.model: Constant("block")}
    canary = exposing(0.25)
    decisions = [Router().decide(canary, ask(str(i)), models) for i in range(2000)]
    blocked = [d for d in decisions if d.answer.action == "block"]
    assert {d.propensity for d in blocked} == {0.25}
    assert {d.propensity for d in decisions if d.answer.action == "approve"} == {0.75}
    assert pytest.approx(len(blocked) / 2000, abs=4 * (0.25 * 0.75 / 2000) ** 0.5) == 0.25


def test_a_failing_challenger_is_answered_by_the_champion_and_recorded() -> None:
    models: dict[str, Model] = {CHAMPION.model: Constant("approve"), CHALLENGER.model: Broken()}
    everybody = exposing(1.0)
    decision = Router().decide(everybody, ask("u"), models)
    assert (decision.arm, decision.model, decision.answer.action) == ("challenger", CHAMPION.model, "approve")
    assert decision.error.startswith("RuntimeError: out of memory (test_router.py, line ")


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_a_score_that_is_not_finite_counts_as_a_failure(score: float) -> None:
    models: dict[str, Model] = {CHAMPION.model: Constant("approve"), CHALLENGER.model: Scoring(score)}
    decision = Router().decide(exposing(1.0), ask("u"), models)
    assert (decision.arm, decision.model) == ("challenger", CHAMPION.model)
    assert decision.error.startswith(f"DataError: the model's score for this request is {score}")
    with pytest.raises(DataError, match="the model's score for this request"):
        Router().decide(plan(), ask("u"), {CHAMPION.model: Scoring(score)})


def test_an_error_in_user_code_is_reported_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("class Mine:\n    def decide(self, requests):\n        return [1 / 0]\n")
    models: dict[str, Model] = {
        CHAMPION.model: Constant("approve"),
        CHALLENGER.model: load_own("mine.py:Mine", tmp_path)(),
    }
    decision = Router().decide(exposing(1.0), ask("u"), models)
    assert decision.error == "ZeroDivisionError: division by zero (mine.py, line 3)"


def test_an_exception_of_the_champion_is_raised() -> None:
    with pytest.raises(RuntimeError, match="out of memory"):
        Router().decide(plan(), ask("u"), {CHAMPION.model: Broken()})


def test_a_reach_without_a_challenger_or_above_all_buckets_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a challenger"):
        ServingPlan("cards", 1, "s", Arm("a", "x"), reaches=(Reach(5),))
    with pytest.raises(ValueError, match="of 10000 buckets"):
        Reach(10_001)
