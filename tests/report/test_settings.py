"""The story states the deciding settings and the changes after a result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from starcase.app import Workspace, contest, gate
from starcase.app.commands.check import check
from starcase.app.commands.story import story
from starcase.cli.case_changes import describe_changes
from starcase.contract.case_spec import BudgetSpec, Case, ContestSpec, GateSpec, GuardrailSpec, ObjectiveSpec
from starcase.evidence.records import CaseRecord, ContestRecord, GateRecord
from starcase.report import verify
from starcase.testing.toy import ToySystem, toy_case

QUICK = ContestSpec(folds=1, trials=1, draws=100, growth=())


def worded(margin: float, *, guardrail: float = 0.001, **choices: object) -> Case:
    return toy_case(
        contest=QUICK, objective=ObjectiveSpec(metric="squared_error", margin=margin),
        guardrails=(GuardrailSpec(metric="false_positive_rate", margin=guardrail),), **choices,
    )  # fmt: skip


def told(work: Workspace) -> str:
    text = story(work).read_text()
    assert verify(text, "md", work.ledger) == ()
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return Workspace(worded(0.0), tmp_path / "toy", system=ToySystem(), actor="ana")


def test_margins_loosened_before_the_contest_are_stated_as_deciding(work: Workspace) -> None:
    check(work)
    work.case = worded(0.4, guardrail=0.9)
    contest(work, until=300)
    text = told(work)
    assert "The guardrail false positive rate tolerates a loss of 0.9 at most." in text
    assert "for a simpler model up to 40 points of it may be given up." in text
    assert "After `check-1` was recorded, the setting `objective.margin` was changed from `0.0` to `0.4`." in text
    assert "`guardrails.false_positive_rate.margin` was changed from `0.001` to `0.9`." in text


def test_margins_tightened_after_the_contest_are_stated_as_changed(work: Workspace) -> None:
    work.case = worded(0.4, guardrail=0.9)
    contest(work, until=300)
    work.case = worded(0.0)
    text = told(work)
    assert "for a simpler model up to 40 points of it may be given up." in text
    assert "The guardrail false positive rate tolerates a loss of 0.9 at most." in text
    assert "After `contest-1` was recorded, the setting `objective.margin` was changed from `0.4` to `0.0`." in text


def test_incumbent_is_the_one_of_the_contest(work: Workspace) -> None:
    check(work)
    work.case = replace(work.case, incumbent="noisy")
    contest(work, until=300)
    work.case = replace(work.case, incumbent="strong")
    text = told(work)
    assert "Before the case began, `noisy` ran." in text
    assert "`noisy` serves as before" in text
    assert "After `check-1` was recorded, the setting `case.incumbent` was changed from `weak` to `noisy`." in text
    assert "After `contest-1` was recorded, the setting `case.incumbent` was changed from `noisy` to `strong`." in text


def test_contest_record_contains_the_deciding_settings(work: Workspace) -> None:
    contest(work, until=300)
    work.case = worded(0.3)
    held = contest(work, until=300)
    settings = {one.key: one.value for one in held.record.settings}
    assert held.record.contest == "contest-2"
    assert settings["objective.margin"] == 0.3
    assert settings["guardrails.false_positive_rate.margin"] == 0.001
    assert (settings["contest.level"], settings["contest.draws"]) == (0.95, 100)
    assert settings["case.incumbent"] == "weak"
    assert held.record.wording == "case-2"
    assert describe_changes(work, held.entry) == ["changed after contest-1: objective.margin from 0.0 to 0.3 (case-2)"]
    text = told(work)
    assert "The contest was decided with `case.incumbent` `weak`, `objective.margin` 0.3," in text


def test_records_of_a_ledger_are_in_time_order(work: Workspace) -> None:
    check(work)
    contest(work, until=300)
    work.case = worded(0.3)
    check(work)
    found = work.ledger.of(CaseRecord)
    assert [entry.at for entry, _ in found] == [0, 300]
    assert found[1][1].after == "contest-1"


def test_gate_loosened_after_a_failure_is_stated(work: Workspace) -> None:
    tight = GateSpec(name="interventions", parameters={"allowed": 0.001})
    work.case = replace(work.case, gates=(tight,))
    contest(work, until=300)
    assert not gate(work, "strong").record.passed
    work.case = replace(work.case, gates=(replace(tight, parameters={"allowed": 1.0}),))
    held = gate(work, "strong")
    assert [entry.id for entry, _ in work.ledger.of(GateRecord)] == ["gate-1", "gate-2"]
    lines = describe_changes(work, held.entry)
    assert lines[0] == "changed after gate-1: gates.interventions.parameters.allowed from 0.001 to 1.0 (case-2)"
    assert lines[1] == "changed after gate-1: the gate interventions, allowed from 0.001 to 1.0"
    text = told(work)
    changed = "the setting `gates.interventions.parameters.allowed` was changed from `0.001` to `1.0`."
    assert f"After `gate-1` was recorded, {changed}" in text
    changed = "the parameter `allowed` of the gate `interventions` was changed from `0.001` to `1.0`."
    assert f"After `gate-1` {changed}" in text


def test_changed_budget_limit_of_a_gate_is_stated(work: Workspace) -> None:
    contest(work, until=300)
    gate(work, "strong")
    work.case = replace(work.case, budgets=BudgetSpec(p99_us=90_000.0))
    gate(work, "strong")
    said = "After `gate-1` the parameter `p99_us` of the gate `budget` was changed from `50000.0` to `90000.0`."
    assert said in told(work)


def test_unchanged_case_is_recorded_once_without_a_change(work: Workspace) -> None:
    for _ in range(2):
        check(work)
        contest(work, until=300)
        gate(work, "strong")
    assert len(work.ledger.of(CaseRecord)) == 1
    assert len(work.ledger.of(ContestRecord)) == 1
    assert "was changed" not in told(work)
