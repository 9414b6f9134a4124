"""Replay in the workspace: the past of cards and terminals includes earlier served decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.systems.fraud.cases import case_of, stream

from starcase.app import Stretch, Workspace, contest, replay
from starcase.contract.case_spec import CandidateSpec, ContestSpec
from starcase.systems.fraud import FraudSystem
from starcase.tables.clock import DAY


def begun(root: Path) -> Workspace:
    """A case whose champion blocks every tenth transaction and lets some of them through."""
    root.mkdir()
    case = case_of(
        root, stream(2_000), entities={"card": "pan", "terminal": "shop"},
        delay="6h", candidates=(CandidateSpec(name="logistic_regression", parameters={"c": 1.0}),),
        options={"alert_budget": 0.1, "pass_through": 0.3, "windows": ("1d", "3d"), "label_windows": ("1d", "3d")},
    )  # fmt: skip
    work = Workspace(
        replace(case, contest=ContestSpec(folds=1, trials=1, draws=100)), root, system=FraudSystem(), actor="ana"
    )
    contest(work, until=work.dataset.span()[0] + 6 * DAY)
    return work


def served(root: Path, ends: Sequence[int]) -> str:
    """The decision log after a replay from day 6 on, in parts that end on these days."""
    with begun(root) as work:
        start = work.dataset.span()[0]
        for end in ends:
            replay(work, Stretch(since=start + 6 * DAY if end == ends[0] else None, until=start + end * DAY))
        decisions = work.log.read(0, 10_000)
    assert len(decisions) > 500
    assert 0 < sum(one.action == "block" for one in decisions) < len(decisions) / 4
    return repr([(one.id, dict(one.features), one.score, one.action) for one in decisions])


def test_a_replay_in_parts_uses_the_decisions_of_earlier_parts(tmp_path: Path) -> None:
    whole = served(tmp_path / "whole", [9])
    assert served(tmp_path / "parted", [7, 9]) == whole
