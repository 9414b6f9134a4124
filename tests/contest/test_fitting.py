"""What a candidate of one's own raises names it, its file and the cause."""

from __future__ import annotations

from typing import Any

import pytest

from starcase.case.spec import CandidateSpec
from starcase.contest.fitting import Job, do
from starcase.errors import PluginError
from starcase.testing.toy import ToySystem, toy_case


class Mine:
    name = "mine"

    def fit(self, train: Any, *, rng: Any) -> None:
        raise KeyError("amuont")


def job(*candidates: CandidateSpec) -> Job:
    case = toy_case(candidates=candidates)
    fold = ToySystem().load(case).folds(count=1)[0]
    mine: Any = Mine()
    return Job(system=ToySystem(), case=case, candidate=mine, fold=fold, objective="", trials=1, seed=0)


def test_a_candidate_of_ones_own_that_raises_is_named_with_its_file() -> None:
    with pytest.raises(
        PluginError, match=r"mine fails while it is fitted on [^\n]*\n.*mine.py:Mine\n.*KeyError: 'amuont'"
    ):
        do(job(CandidateSpec(name="mine", use="mine.py:Mine")))


def test_what_a_built_in_one_raises_stays_a_fault() -> None:
    with pytest.raises(KeyError):
        do(job())
