"""The gates of the fraud system: good models pass, too many alerts fail, little data is failed-unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.systems.fraud.cases import case_of, stream

from starcase.contract.case_spec import GateSpec
from starcase.contract.request import Answer
from starcase.contract.system import Gate, GateEvidence
from starcase.errors import CaseFileError
from starcase.systems.fraud import FraudSystem
from starcase.systems.fraud.gates import AlertBudget, AlertPrecision, FalsePositives, build_gates
from starcase.systems.fraud.options import FraudOptions
from starcase.testing import check_gate

ENTITIES = {"card": "pan", "terminal": "shop"}


@pytest.fixture
def evidence(tmp_path: Path) -> GateEvidence:
    """Evidence of the incumbent as challenger, on a span with about sixty frauds."""
    system, case = FraudSystem(), case_of(tmp_path, stream(), entities=ENTITIES)
    dataset = system.load(case)
    fold = dataset.folds(count=1)[0]
    candidate = next(one for one in system.candidates(case) if one.name == case.incumbent)
    model = candidate.fit(dataset.train(fold), rng=np.random.default_rng(0))
    requests, outcomes = dataset.requests(fold), dataset.outcomes(fold)
    answers = perfect(outcomes)
    return GateEvidence(
        case=case, system=system, dataset=dataset, candidate=candidate, model=model, artefact="0" * 64, fold=fold,
        requests=requests, answers=answers, incumbent_answers=answers, outcomes=outcomes,
    )  # fmt: skip


def perfect(outcomes: pl.DataFrame) -> list[Answer]:
    """Answers that block the frauds and rank legitimate transactions at random."""
    rng = np.random.default_rng(0)
    fraud = outcomes["outcome"].fill_null(0).to_numpy()
    return [
        Answer("block" if f else "approve", float(0.6 * f + 0.5 * r))
        for f, r in zip(fraud, rng.random(len(fraud)), strict=True)
    ]


def flood(evidence: GateEvidence) -> list[Answer]:
    """Answers that block every third transaction at random."""
    scores = np.random.default_rng(1).random(len(evidence.requests))
    return [Answer("block" if score > 2 / 3 else "approve", float(score)) for score in scores]


def head(evidence: GateEvidence, rows: int) -> GateEvidence:
    return replace(
        evidence, requests=evidence.requests[:rows], answers=evidence.answers[:rows],
        incumbent_answers=evidence.incumbent_answers[:rows], outcomes=evidence.outcomes[:rows],
    )  # fmt: skip


def all_gates() -> Sequence[Gate]:
    return FalsePositives(), AlertPrecision(), AlertBudget(share=0.03)


@pytest.mark.parametrize("gate", all_gates(), ids=lambda gate: gate.name)
def test_a_gate_passes_the_contract_check(gate: Gate, evidence: GateEvidence) -> None:
    bad = replace(evidence, answers=flood(evidence))
    check_gate(gate, good=evidence, bad=bad, thin=head(evidence, 60))


def test_false_positives_are_counted_at_equal_recall(evidence: GateEvidence) -> None:
    outcomes = pl.DataFrame(
        {"cluster": [f"c{i}" for i in range(1000)], "matured": [True] * 1000, "outcome": [1.0] * 40 + [0.0] * 960}
    )
    ours = [1.0] * 32 + [0.1] * 8 + [2.0] * 6 + [0.05] * 954
    theirs = [1.0] * 32 + [0.1] * 8 + [2.0] * 2 + [0.05] * 958
    given = replace(
        head(evidence, 1000), outcomes=outcomes,
        answers=[Answer("approve", s) for s in ours], incumbent_answers=[Answer("block", s) for s in theirs],
    )  # fmt: skip
    result = FalsePositives(times=9.0).check(given)
    assert [figure.value for figure in result.figures if figure.unit == "count"] == [6, 2]
    assert next(f.value for f in (result.observed, *result.figures) if f and f.unit == "ratio") == 6.5 / 2.5


def test_a_model_without_alerts_is_failed_unknown(evidence: GateEvidence) -> None:
    silent = replace(evidence, answers=[Answer("approve", 0.0)] * len(evidence.requests))
    result = AlertPrecision().check(silent)
    assert result.outcome == "failed-unknown"
    assert "0 alerts" in result.why


def test_too_many_alerts_on_one_card_fail(evidence: GateEvidence) -> None:
    card = evidence.outcomes["card"][0]
    answers = [Answer("block" if c == card else "approve", 0.5) for c in evidence.outcomes["card"]]
    given = replace(evidence, answers=answers)
    assert AlertBudget(share=0.5).check(given).outcome == "failed"
    assert AlertBudget(share=0.5, per_card=50.0).check(given).outcome == "passed"


def test_thresholds_come_from_the_case_and_unknown_ones_are_refused(tmp_path: Path) -> None:
    case = case_of(tmp_path, stream(60))
    told = replace(case, gates=(GateSpec(name="false_positives", parameters={"times": 1.25}),))
    gates = {gate.name: gate.required for gate in build_gates(told, FraudOptions(alert_budget=0.01))}
    assert "1.25 times" in gates["false_positives"]
    assert "at most 0.04 of" in gates["alert_budget"]
    wrong = replace(case, gates=(GateSpec(name="alert_budget", parameters={"tims": 1.0}),))
    with pytest.raises(CaseFileError, match="times"):
        build_gates(wrong, FraudOptions())


def test_slices_and_stresses_use_cards_and_terminals(evidence: GateEvidence) -> None:
    system = FraudSystem()
    sliced = system.slices(evidence.requests, evidence.outcomes)
    assert set(sliced.columns) == {"hours", "amount", "card", "terminal"}
    assert set(sliced["terminal"]) == {"known fraud", "no known fraud"}
    stressed = system.stresses(evidence.requests, rng=np.random.default_rng(0))
    quiet = stressed["no outcome known yet"]
    assert all(quiet[i].features["terminal frauds 30d"] == 0 for i in range(5))
    busy = stressed["volume up by half"]
    assert busy[7].features["card count 30d"] == 1.5 * float(evidence.requests[7].features["card count 30d"] or 0)
