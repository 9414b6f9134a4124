"""What a candidate of one's own raises names it, its file and the cause."""

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


def test_a_candidate_of_ones_own_that_raises_is_named_with_its_file() -> None:
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


def test_what_a_training_set_lacks_is_answered_with_what_it_has(tmp_path: Path) -> None:
    mine = (CandidateSpec(name="mine", use="mine.py:Misspelt"),)
    told = said(RecommendSystem(), case_of(tmp_path, purchases(), candidates=mine))
    assert "no attribute 'matrix' (test_fitting.py, line " in told
    assert "a TrainingSet has: at, before(), count_recent(), count_since(), counts()," in told
    assert "find_hits_since(), histories(), hit, item, items, length, memory_mb, recent, repeat, takers()," in told
    assert "python -m pydoc starcase.systems.recommend.training.TrainingSet" in told
    assert "check_candidate" in said(ToySystem(), toy_case(candidates=mine))


def test_what_a_built_in_one_raises_stays_a_fault() -> None:
    with pytest.raises(KeyError):
        run_piece(job())
