from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starcase.contract.request import Answer, Request
from starcase.decide import Arm, Router, ServingPlan, flatten_decision
from starcase.evidence import DecisionLog


class Echo:
    def decide(self, requests: Sequence[Request], /) -> list[Answer]:
        return [Answer("approve", 0.5, {"seen": [request.id]}) for request in requests]


def test_a_flattened_decision_is_restored_unchanged(tmp_path: Path) -> None:
    plan = ServingPlan(case="cards", version=3, salt="s", champion=Arm("logistic", "c0ffee"))
    request = Request("t1", "card-7", 5, {"amount": 12.5, "country": None})
    decision = Router().decide(plan, request, {"c0ffee": Echo()})
    with DecisionLog.open(tmp_path / "d.sqlite") as log:
        log.append([flatten_decision(decision, request, latency_us=4.0)])
        back = log.read()[0]
    assert (back.id, back.unit, back.at, back.plan_version, back.bucket) == ("t1", "card-7", 5, 3, decision.bucket)
    assert (back.arm, back.model, back.propensity, back.latency_us) == ("logistic", "c0ffee", 1.0, 4.0)
    assert Answer(back.action, back.score, back.content) == decision.answer
    assert back.features == request.features
