from __future__ import annotations

from dataclasses import replace

import pytest
from tests.stages.gate.toys import COSTS, evidence

from starcase.evidence import Figure
from starcase.stages.gate.budget import Budget


@pytest.mark.parametrize(
    ("limits", "outcome"),
    [({}, "passed"), ({"p99_us": 940.0}, "failed"), ({"p99_us": 950.0}, "passed"), ({"artefact_mb": 0.05}, "failed")],
)
def test_each_cost_is_compared_with_its_budget(limits: dict[str, float], outcome: str) -> None:
    result = Budget(**limits).check(evidence())  # type: ignore[arg-type]
    assert result.outcome == outcome


def test_an_unmeasured_cost_is_unknown() -> None:
    given = replace(evidence(), figures={k: v for k, v in COSTS.items() if k != "fit memory"})
    result = Budget().check(given)
    assert result.outcome == "failed-unknown"
    assert "fit memory" in result.why


def test_no_measured_cost_enters_the_text() -> None:
    assert not set("0123456789") & set(Budget(p99_us=940.0).check(evidence()).why.replace("p99", ""))


@pytest.mark.parametrize(("load", "outcome"), [(0.9, "failed"), (1.5, "failed-unknown")])
def test_a_latency_over_its_budget_on_a_machine_with_more_to_do_than_cores_is_inconclusive(
    load: float, outcome: str
) -> None:
    figures = {**COSTS, "load a core": Figure(name="load a core", value=load, unit="times", clock=True)}
    given = replace(evidence(), figures=figures)
    assert Budget(p99_us=940.0).check(given).outcome == outcome
    assert Budget(p99_us=950.0).check(given).outcome == "passed"
    assert Budget(p99_us=940.0, artefact_mb=0.05).check(given).outcome == "failed"
