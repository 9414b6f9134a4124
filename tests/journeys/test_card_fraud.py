"""The card-fraud case as it ships: flood, rollback, review, refinement in shadow, promotion, story; twice the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from starcase.app import Workspace
from starcase.cli.main import run
from starcase.evidence.records import GateRecord, LessonRecord, MonitorRecord, ShadowRecord, StepRecord

pytestmark = pytest.mark.journey
CAPACITY = 500


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "card-fraud"
    assert run(["demo", "card-fraud", "--to", str(folder)]) == 0
    return folder


def test_harmful_model_is_rolled_back_automatically_and_refined_model_promoted(home: Path) -> None:
    with Workspace.open(home) as work:
        assert work.ledger.verify().intact
        steps = [record for _, record in work.ledger.of(StepRecord)]
        assert [step.step for step in steps] == [
            "install", "canary", "rollback", "shadow", "canary", "widen", "promote",
        ]  # fmt: skip
        exposed, back, promoted = steps[1], steps[2], steps[-1]
        assert not exposed.automatic
        assert back.automatic
        assert promoted.automatic
        guard = next(record for _, record in work.ledger.of(MonitorRecord) if record.tripped)
        assert guard.readings[0].n <= CAPACITY
        assert back.champion == "logistic_regression"
        assert promoted.challenger == "hybrid"


def test_gates_failed_before_exposure_and_enforce_the_lesson_after(home: Path) -> None:
    with Workspace.open(home) as work:
        runs = [record for _, record in work.ledger.of(GateRecord)]
        early = next(run_ for run_ in runs if run_.candidate == "isolation_forest" and not run_.retrospective)
        late = next(run_ for run_ in runs if run_.candidate == "hybrid")
        assert not early.passed
        assert late.passed
        lessons = [record for _, record in work.ledger.of(LessonRecord)]
        assert [bool(lesson.gate) for lesson in lessons] == [True, False]
        assert "0.004" in next(result.required for result in late.results if result.gate == lessons[0].gate)


def test_refined_model_is_better_in_shadow_within_the_false_positive_limit(home: Path) -> None:
    with Workspace.open(home) as work:
        found = work.ledger.last(ShadowRecord)
        assert found is not None
        metrics = {one.metric: one for one in found[1].metrics}
        errors, alarms = metrics["error_rate"], metrics["false_positive_rate"]
        assert errors.difference.value < 0
        assert errors.verdict in {"better", "not worse"}
        assert alarms.verdict != "worse"


def test_story_is_written_and_every_sentence_verifies(home: Path) -> None:
    assert run(["story", "--case", str(home), "--verify"]) == 0
    assert (home / "story" / "star.html").stat().st_size > 10_000


def test_the_same_seed_gives_the_same_evidence(home: Path, tmp_path: Path) -> None:
    assert run(["demo", "card-fraud", "--to", str(tmp_path / "again")]) == 0
    with Workspace.open(home) as first, Workspace.open(tmp_path / "again") as second:
        assert first.ledger.digest() == second.ledger.digest()
        assert first.log.digest() == second.log.digest()
