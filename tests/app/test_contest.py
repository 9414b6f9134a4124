"""A repeated contest or choice returns the recorded one."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from starcase.app import Workspace, contest
from starcase.app.commands.choose import choose
from starcase.contract.case_spec import ContestSpec
from starcase.errors import NotComparable
from starcase.testing.toy import ToySystem, toy_case

CASE = toy_case(contest=ContestSpec(folds=1, trials=1, draws=100))


def opened(root: Path) -> Workspace:
    return Workspace(CASE, root, system=ToySystem(), actor="ana")


def test_an_unchanged_contest_is_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as work:
        held = contest(work)
    with opened(tmp_path) as work, monkeypatch.context() as without:
        without.setattr(
            sys.modules["starcase.app.commands.contest"], "run", lambda *_, **__: pytest.fail("it was held again")
        )
        assert contest(work) == held
    shutil.rmtree(tmp_path / ".starcase" / "artefacts")
    with opened(tmp_path) as work:
        again = contest(work)
        assert (again.entry, again.record) == (held.entry, held.record)
        assert all(standing.model in work.artefacts for standing in again.record.standings)


def test_votes_are_recorded_verbatim_and_only_once(tmp_path: Path) -> None:
    votes = [("Mara", "weak", "simple"), ("Jonas", "strong", "the best"), ("Priya", "strong", "worth it")]
    with opened(tmp_path) as work:
        with pytest.raises(NotComparable, match="no contest"):
            choose(work, votes)
        contest(work)
        entry, record = choose(work, votes, ["squared_error"])
        assert record.chosen == "strong"
        assert [(vote.who, vote.reason) for vote in record.dissent] == [("Mara", "simple")]
        assert choose(work, votes, ["squared_error"])[0] == entry
