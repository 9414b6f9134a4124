"""A later fit of the champion's candidate is monitored, reported and replayed as a separate model."""

from __future__ import annotations

from pathlib import Path

import pytest

from starcase.app import Stretch, Workspace, contest, gate, replay, retrain
from starcase.app.commands.golden_answers import open_golden_store
from starcase.app.commands.monitor import monitor
from starcase.app.commands.refit import refit
from starcase.contract.case_spec import CandidateSpec, ContestSpec, GuardSpec, RolloutSpec
from starcase.errors import RolloutError
from starcase.evidence.records import RefitRecord, VersionsRecord
from starcase.testing.toy import ToyCandidate, ToySystem, toy_case

CASE = toy_case(
    incumbent="strong",
    contest=ContestSpec(folds=2, trials=1, draws=100, growth=()),
    guards=(GuardSpec(name="score shift", allowed=0.5),),
    rollout=RolloutSpec(steps=(0.5,), minimum_decisions=10_000, minimum_duration="1h", reading_every="100us"),
)


@pytest.fixture
def served(tmp_path: Path) -> Workspace:
    work = Workspace(CASE, tmp_path, system=ToySystem(), actor="ana")
    contest(work, until=1_000)
    replay(work, Stretch(since=1_000, until=1_400))
    retrain(work, "strong")
    gate(work, "strong")
    return work


def test_scores_and_drift_of_a_refit_are_compared_with_the_measured_fit(served: Workspace) -> None:
    replay(served, Stretch(since=1_400, until=1_700, challenger="strong", share=0.5, why="trying"))
    _, record = monitor(served)
    assert record.model == served.ledger.of(RefitRecord)[-1][1].model
    assert record.readings
    assert record.drift


def test_a_replay_of_another_model_in_the_same_words_is_new(served: Workspace) -> None:
    first = served.ledger.of(RefitRecord)[-1][1].model
    entry, record = replay(served, Stretch(since=1_400, until=1_700, challenger="strong", model=first))
    assert replay(served, Stretch(since=1_400, until=1_700, challenger="strong")) == (entry, record)
    other = retrain(served, "strong")[1].model
    with pytest.raises(RolloutError):
        replay(served, Stretch(since=1_400, until=1_700, challenger="strong", model=other))


def test_golden_requests_are_stored_after_an_interrupted_refit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Workspace(CASE, tmp_path, system=ToySystem(), actor="ana")
    contest(work, until=1_000)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("starcase.app.commands.refit.keep_golden", interrupted)
        with pytest.raises(KeyboardInterrupt):
            refit(work, "strong", at=1_000)
    _, record = refit(work, "strong", at=1_000)
    assert len(work.ledger.of(RefitRecord)) == 1
    assert open_golden_store(work).load(record.model) is not None
    assert [one.model for _, one in work.ledger.of(VersionsRecord)] == [record.model]


class Optioned(ToySystem):
    """A system in which the slope of ``strong`` is an option of the case."""

    def candidates(self, case: object) -> tuple[ToyCandidate, ...]:
        return (ToyCandidate("strong", 2, "x", float(case.options.get("slope", 2.0))),)  # type: ignore[attr-defined]


def test_other_options_give_another_refit_and_another_measured_fit(tmp_path: Path) -> None:
    case = toy_case(incumbent="strong", contest=CASE.contest, candidates=(CandidateSpec(name="strong"),))
    for_slope = {slope: toy_case(**{**_fields(case), "options": {"slope": slope}}) for slope in (2.0, 3.0)}
    with Workspace(for_slope[2.0], tmp_path, system=Optioned(), actor="ana") as work:
        contest(work, until=1_000)
        _, before = refit(work, "strong", at=1_000)
    with Workspace(for_slope[3.0], tmp_path, system=Optioned(), actor="ana") as work:
        _, after = refit(work, "strong", at=1_000)
    assert (before.parameters, after.parameters) == ((("slope", "2.0"),), (("slope", "3.0"),))
    assert {before.model, before.measured}.isdisjoint({after.model, after.measured})
    assert "no longer proposes the parameters that the contest selected" in after.why


def _fields(case: object) -> dict[str, object]:
    return {name: getattr(case, name) for name in ("incumbent", "contest", "candidates")}
