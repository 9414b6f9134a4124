"""Replays through the workspace: interruptions do not change the result."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from starcase.app import Stretch, Workspace, contest, gate, replay
from starcase.app.commands.check import check
from starcase.app.commands.replay import find_interrupted
from starcase.app.commands.rollout import rollback, status
from starcase.app.stored_models import find_latest_model
from starcase.contract.case_spec import ContestSpec, GateSpec, GuardSpec, RolloutSpec, StepSpec
from starcase.errors import ArtefactError, CaseFileError, GateNotPassed, RolloutError
from starcase.evidence.records import ReplayPlanRecord, StepRecord
from starcase.testing.toy import ToySystem, toy_case

CASE = toy_case(
    contest=ContestSpec(folds=1, trials=1, draws=100, until="1970-01-01T00:00:00.001Z"),
    guards=(GuardSpec(name="alert rate", allowed=0.9),),
    rollout=RolloutSpec(
        steps=(0.5, 1.0), minimum_decisions=100, minimum_outcomes=50, minimum_duration="100us", reading_every="100us"
    ),
)


def opened(root: Path) -> Workspace:
    root.mkdir(exist_ok=True)
    return Workspace(CASE, root, system=ToySystem(), actor="ana")


def begun(root: Path) -> Workspace:
    work = opened(root)
    contest(work, until=1000)
    return work


def test_a_cohort_without_requests_is_refused_before_serving(tmp_path: Path) -> None:
    nowhere = replace(CASE.rollout, steps=(StepSpec(share=0.5, cohorts={"noize": (1,)}), 0.5))
    with begun(tmp_path) as work:
        before = len(list(work.ledger.entries()))
        work.case = replace(CASE, rollout=nowhere)
        for verb in (check, lambda it: replay(it, Stretch(since=1000, until=2_500, challenger="strong"))):
            with pytest.raises(CaseFileError, match=r"no request carries 'noize'; the nearest is 'noise'") as caught:
                verb(work)
            assert caught.value.key == "rollout.steps[0].cohorts.noize"
        assert [entry.kind for entry in work.ledger.entries(after=before)] == ["case"]


class Killed(Exception):  # noqa: N818
    pass


def kill(at: int, decisions: int) -> None:
    del decisions
    if at > 1_700:
        raise Killed


def test_a_resumed_replay_equals_an_uninterrupted_one(tmp_path: Path) -> None:
    stretch = Stretch(since=1000, until=2_500, challenger="strong", why="it looks better")
    with begun(tmp_path / "whole") as work:
        _, record = replay(work, stretch)
        digest = work.ledger.digest()
    with begun(tmp_path / "cut") as work, pytest.raises(Killed):
        replay(work, stretch, progress=kill)
    with opened(tmp_path / "cut") as work:
        with pytest.raises(RolloutError, match="replay-1 is not finished"):
            rollback(work, why="too early")
        _, again = replay(work, find_interrupted(work))
        assert again == record
        assert work.ledger.digest() == digest
        assert work.ledger.verify().intact
        assert replay(work, stretch)[1] == record
        assert len(work.ledger.of(ReplayPlanRecord)) == 1


@pytest.mark.parametrize("lost", ["clearance", "model"])
def test_a_replay_ends_early_if_an_exposed_challenger_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    loose = replace(CASE, rollout=replace(CASE.rollout, margin=0.5))
    with Workspace(loose, tmp_path, system=ToySystem(), actor="ana") as work:
        contest(work, until=1000)
        replay(work, Stretch(since=1000, until=1_010))
        gate(work, "strong")

        def kill_exposed(at: int, decisions: int) -> None:
            del at, decisions
            if status(work).stage == "canary":
                raise Killed

        with pytest.raises(Killed):
            replay(work, Stretch(since=1_010, until=2_500, challenger="strong"), progress=kill_exposed)
        model = status(work).challenger_model
    with monkeypatch.context() as patched:
        stricter = replace(loose, gates=(GateSpec(name="freshness", parameters={"days": 29.0}),))
        if lost == "model":
            patched.setattr(sys.modules["starcase.app.commands.replay"], "load_challenger", refuse_to_load)
        with Workspace(stricter if lost == "clearance" else loose, tmp_path, system=ToySystem(), actor="ana") as work:
            _, record = replay(work, find_interrupted(work))
            steps = [step for _, step in work.ledger.of(StepRecord)]
            assert (record.until < 2_500, bool(record.ended)) == (True, True)
            assert [step.step for step in steps[1:]] == ["shadow", "canary", "rollback"]
            assert (steps[-1].challenger_model, status(work).stage) == (model, "champion")
            assert replay(work, Stretch(until=2_500))[1].until == 2_500


def refuse_to_load(*_: object) -> None:
    raise ArtefactError("it cannot be loaded", why="a test")


def test_the_incumbent_is_installed_and_the_next_replay_continues(tmp_path: Path) -> None:
    with begun(tmp_path) as work:
        replay(work, Stretch(since=1000, until=1_500))
        _, second = replay(work, Stretch(until=2_000, challenger="strong"))
        assert (second.since, second.decisions) == (1_500, 500)
        assert [step.step for _, step in work.ledger.of(StepRecord)] == ["install", "shadow"]
        assert (status(work).champion, status(work).challenger) == ("weak", "strong")
        rollback(work, why="somebody wants it out")
        assert status(work).stage == "champion"


@pytest.mark.parametrize(
    ("stretch", "error", "says"),
    [
        (Stretch(since=1_000, until=4_000), RolloutError, r"the data end at .*\n.*earlier --until"),
        (Stretch(since=990, until=1_500), RolloutError, "has judged weak on data up to"),
        (Stretch(since=1_200, until=1_200), RolloutError, "no data to serve"),
        (Stretch(since=3_000), RolloutError, "no data are left"),
        (Stretch(since=300, until=900), RolloutError, "was trained on data up to"),
        (Stretch(challenger="weak"), RolloutError, "weak already serves"),
        (Stretch(challenger="stong"), CaseFileError, "no candidate 'stong'"),
        (Stretch(challenger="strong", share=0.5, why="a deadline"), GateNotPassed, "no gate has been run"),
    ],
)
def test_an_invalid_replay_is_refused_and_nothing_is_recorded(
    stretch: Stretch, error: type[Exception], says: str, tmp_path: Path
) -> None:
    with begun(tmp_path) as work:
        before = work.ledger.head()
        with pytest.raises(error, match=says):
            replay(work, stretch)
        assert work.ledger.head() == before
        assert work.log.last() == 0


def test_a_second_challenger_is_refused_and_nothing_is_recorded(tmp_path: Path) -> None:
    with begun(tmp_path) as work:
        replay(work, Stretch(since=1000, until=1_200, challenger="strong"))
        before = work.ledger.head()
        with pytest.raises(RolloutError, match="noisy cannot be tried out while strong is"):
            replay(work, Stretch(until=1_400, challenger="noisy"))
        assert work.ledger.head() == before
        assert rollback(work, why="the other one is next")
        replay(work, Stretch(until=1_400, challenger="noisy"))


def test_a_served_span_is_not_served_again(tmp_path: Path) -> None:
    with begun(tmp_path) as work:
        replay(work, Stretch(since=1000, until=1_500))
        with pytest.raises(RolloutError, match="has already been served"):
            replay(work, Stretch(since=1_200, until=1_700))


def test_a_replay_without_a_contest_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as work, pytest.raises(RolloutError, match="no fitted model of 'weak'"):
        replay(work, Stretch(until=1_500))


def test_a_replay_begins_where_the_contest_ended(tmp_path: Path) -> None:
    with begun(tmp_path) as work:
        _, record = replay(work, Stretch(until=1_200))
        assert (record.since, record.decisions) == (1_000, 200)
        replay(work, Stretch())
        with pytest.raises(RolloutError, match=r"all of the data have been served[^`]*`starcase new`"):
            replay(work, Stretch(challenger="strong"))


@pytest.mark.parametrize("older", [False, True])
def test_no_fit_is_replayed_on_data_a_later_contest_judged(tmp_path: Path, older: bool) -> None:
    with begun(tmp_path) as work:
        first = find_latest_model(work, "strong").model
        contest(work, until=1_600)
        assert find_latest_model(work, "strong").model != first
        stretch = Stretch(since=1_100, challenger="strong", model=first if older else "")
        before = work.ledger.head()
        with pytest.raises(RolloutError, match="contest-2 has judged"):
            replay(work, stretch)
        assert work.ledger.head() == before


def test_an_older_champion_fit_does_not_serve_data_a_later_contest_judged(tmp_path: Path) -> None:
    with begun(tmp_path) as work:
        replay(work, Stretch(until=1_100))
        contest(work, until=1_600)
        with pytest.raises(RolloutError, match="contest-2 has judged another fit of weak"):
            replay(work, Stretch(since=1_200))


def test_a_repeated_replay_returns_the_recorded_one(tmp_path: Path) -> None:
    with begun(tmp_path) as work:
        for stretch in (Stretch(until=1_200), Stretch(challenger="strong")):
            first = replay(work, stretch)
            before = work.ledger.head()
            assert replay(work, stretch) == first
            assert work.ledger.head() == before


def test_a_contest_does_not_move_event_time_beyond_the_data(tmp_path: Path) -> None:
    with opened(tmp_path) as work:
        assert contest(work, until=3_010).entry.at == work.dataset.span()[1]
