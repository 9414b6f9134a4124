"""Every verb of the command line is a function of `starcase`, on an open workspace and on a folder alike."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import starcase
from starcase.cli.verbs import VERBS
from starcase.contract.case_spec import ContestSpec, DataSpec, RolloutSpec
from starcase.errors import LedgerError, RolloutError
from starcase.testing.toy import ToySystem, toy_case

CASE = toy_case(contest=ContestSpec(folds=1, trials=1, draws=100, growth=()), rollout=RolloutSpec(margin=0.05))
JOURNAL = starcase.CaseDraft(system="journal", question="8", who="ana")


@pytest.fixture
def work(tmp_path: Path) -> starcase.Workspace:
    return starcase.Workspace(CASE, tmp_path, system=ToySystem(), actor="ana")


def test_a_case_goes_from_data_to_story_in_python(work: starcase.Workspace) -> None:
    with work:
        assert not [one for one in starcase.check(work)[1].findings if one.severity == "error"]
        held = starcase.contest(work, until="+300us")
        assert held.record.contest == "contest-1"
        assert starcase.choose(work, [("ana", "strong", "it catches more")])[1].chosen == "strong"
        gated = starcase.gate(work, "strong")
        failed = [one.gate for one in gated.record.results if one.outcome != "passed"]
        for name in failed:
            starcase.waive(work, "strong", name, who="ana", why="a small case", until=10**6)
        _, served = starcase.replay(
            work, since="+300us", until="+400us", challenger="strong", share=1.0, why="to see it"
        )
        assert served.decisions == 100
        assert starcase.monitor(work)[1].readings
        assert starcase.rollout(work).stage == "canary"
        assert starcase.who_served(work, 350) is not None
        starcase.rollout(work, "rollback", why="enough was seen")
        starcase.note(work, "We stopped in time.", part="reflection")
        assert starcase.story(work).read_text(encoding="utf-8").startswith("<!-- starcase story")
        entries, named = starcase.log(work, verify=True)
        assert {entry.kind for entry in entries} >= {"case", "contest", "choice", "replay", "note"}
        assert all(one.state == "intact" for one in named)


def test_a_case_may_be_a_string_or_a_path(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert starcase.new(folder, JOURNAL).system == "journal"
    for case in (folder, str(folder), folder / "case.toml"):
        entry, record = starcase.check(case, who="ana")
        assert (entry.actor, bool(record.figures)) == ("ana", True)
    assert starcase.log(str(folder), "check")[0][0].id == entry.id


def test_a_read_only_verb_leaves_no_evidence(tmp_path: Path) -> None:
    starcase.new(tmp_path / "mine", JOURNAL)
    for verb in (starcase.log, starcase.story, starcase.monitor, starcase.review):
        with pytest.raises(LedgerError, match="nothing has been recorded yet"):
            verb(tmp_path / "mine")
    assert not (tmp_path / "mine" / ".starcase" / "ledger.sqlite").exists()


def test_an_unknown_action_of_a_rollout_is_refused(work: starcase.Workspace) -> None:
    with work, pytest.raises(ValueError, match="one of: status, shadow, promote, rollback"):
        starcase.rollout(work, "advance")
    with work, pytest.raises(RolloutError):
        starcase.rollout(work, "promote", why="now")


def test_data_are_needed_where_no_person_writes_them(tmp_path: Path) -> None:
    with pytest.raises(starcase.StarcaseError, match="needs your data"):
        starcase.new(tmp_path / "mine", starcase.CaseDraft(system="fraud"))
    columns = DataSpec(path=str(tmp_path / "none.csv"), time="at", target="fraud")
    with pytest.raises(starcase.StarcaseError):
        starcase.new(tmp_path / "mine", starcase.CaseDraft(system="fraud", data=columns))
    assert not (tmp_path / "mine").exists()


def test_doctor_plugins_and_schema_work_from_python(tmp_path: Path) -> None:
    assert {"Python", "memory", "numpy"} <= {one.what for one in starcase.doctor(tmp_path)}
    assert all(not one.error for one in starcase.plugins())
    assert starcase.schema()["type"] == "object"


def test_every_verb_is_public_whatever_was_imported_before() -> None:
    modules = [one.name for one in pkgutil.walk_packages(starcase.__path__, "starcase.") if "__main__" not in one.name]
    verbs = [verb.name.replace("-", "_") for verb in VERBS]
    program = f"""
import importlib, starcase
for name in {modules!r}:
    try:
        importlib.import_module(name)
    except ImportError as error:
        assert error.name.split(".")[0] in ("torch", "implicit", "faiss"), error
missing = [verb for verb in {verbs!r} if not callable(getattr(starcase, verb))]
assert not missing, missing
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
