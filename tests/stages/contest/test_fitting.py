"""An error of a user's candidate names it, its file and the cause."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.systems.recommend.cases import case_of, purchases

from starcase.contract.case_spec import CandidateSpec, Case
from starcase.errors import PluginError
from starcase.stages.contest.fitting import FitPiece, Job, run_piece
from starcase.stages.contest.tuning import TuningResult
from starcase.systems.recommend import RecommendSystem
from starcase.testing.toy import ToySystem, toy_case


class Mine:
    name = "mine"

    def fit(self, train: Any, *, rng: Any) -> None:
        raise KeyError("amuont")


def job(*candidates: CandidateSpec) -> FitPiece:
    case = toy_case(candidates=candidates)
    fold = ToySystem().load(case).folds(count=1)[0]
    mine: Any = Mine()
    whole = Job(system=ToySystem(), case=case, candidate=mine, fold=fold, objective="", trials=1, seed=0)
    return FitPiece(whole, TuningResult(candidate=mine, trials=1))


def test_an_error_of_a_user_candidate_names_it_and_its_file() -> None:
    with pytest.raises(
        PluginError, match=r"mine fails while it is fitted on [^\n]*\n.*mine.py:Mine\n.*KeyError: 'amuont'"
    ):
        run_piece(job(CandidateSpec(name="mine", use="mine.py:Mine")))


class Misspelt(Mine):
    def fit(self, train: Any, *, rng: Any) -> None:
        train.matrix()


def said(system: Any, case: Case) -> str:
    fold = system.load(case).folds(count=1)[0]
    candidate: Any = Misspelt()
    whole = Job(system=system, case=case, candidate=candidate, fold=fold, objective="", trials=1, seed=0)
    with pytest.raises(PluginError) as error:
        run_piece(FitPiece(whole, TuningResult(candidate=candidate, trials=1)))
    return str(error.value)


def test_a_missing_member_of_a_training_set_lists_its_members(tmp_path: Path) -> None:
    mine = (CandidateSpec(name="mine", use="mine.py:Misspelt"),)
    told = said(RecommendSystem(), case_of(tmp_path, purchases(), candidates=mine))
    assert "no attribute 'matrix' (test_fitting.py, line " in told
    assert "a TrainingSet has: at, before(), count_recent(), count_since(), counts()," in told
    assert "item, items, length, memory_mb, recent, repeat, takers(), texts, user, users;" in told
    assert "python -m pydoc starcase.systems.recommend.training.TrainingSet" in told
    assert "check_candidate" in said(ToySystem(), toy_case(candidates=mine))


def test_an_error_of_a_built_in_candidate_is_not_wrapped() -> None:
    with pytest.raises(KeyError):
        run_piece(job())
