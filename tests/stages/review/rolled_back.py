"""A toy case whose challenger was exposed on waivers, flooded, and was rolled back by its guard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from starcase.app import Stretch, Workspace, contest, gate, replay, waive
from starcase.contract.case_spec import ContestSpec, GuardSpec
from starcase.evidence.records import StepRecord
from starcase.testing import ToySystem, toy_case

START = 1_500


def flooded(folder: Path) -> Workspace:
    """The case after the rollback of ``noisy``."""
    case = replace(
        toy_case(), contest=ContestSpec(draws=200), guards=(GuardSpec(name="alert rate", allowed=0.3),),
    )  # fmt: skip
    work = Workspace(case, folder / "toy", system=ToySystem(), actor="ana")
    contest(work, until=START)
    held = gate(work, "noisy")
    for result in held.record.results:
        if result.outcome != "passed":
            waive(work, "noisy", result.gate, who="mara", why="a deadline", until=START + 10_000)
    replay(work, Stretch(since=START, until=START + 600, challenger="noisy", share=0.5, why="the deadline"))
    assert [step.step for _, step in work.ledger.of(StepRecord)][-1] == "rollback"
    return work
