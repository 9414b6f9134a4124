"""``check`` tries the user's candidates on a few rows and names the errors that would stop a contest."""

from __future__ import annotations

from pathlib import Path

import pytest

from starcase.app import Workspace
from starcase.app.commands.check import check
from starcase.contract.case_spec import CandidateSpec
from starcase.errors import DataError, PluginError, StarcaseError
from starcase.evidence.records import CheckRecord
from starcase.testing.toy import ToySystem, toy_case

MINE = """
from starcase import Answer

class Model:
    def __init__(self, rate):
        self.rate = rate
    def decide(self, requests):
        return [Answer("approve", self.rate) for _ in requests]

class Mine:
    name, complexity, parameters = "mine", 1, {}
    def fit(self, train, *, rng):
        rows = len(train)
        return Model(float(train["bad"].mean()))
    def save(self, model):
        return {"rate.txt": repr(model.rate).encode()}
    def load(self, files):
        return Model(float(files["rate.txt"]))
"""


def checked(tmp_path: Path, *changes: tuple[str, str]) -> Workspace:
    text = MINE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "mine.py").write_text(text)
    own = CandidateSpec(name="mine", use="mine.py:Mine")
    case = toy_case(candidates=(own,), incumbent="mine", folder=str(tmp_path))
    with Workspace(case, tmp_path, system=ToySystem(), actor="ana") as work:
        check(work)
        assert work.ledger.last(CheckRecord) is not None
    return work


def test_a_valid_candidate_passes(tmp_path: Path) -> None:
    checked(tmp_path, ("rows = len(train)", 'assert len(train) < 1000, "a handful"'))


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ('"rate.txt"', '"rate.joblib"', PluginError, r"the files that mine saves cannot be stored: 'rate.joblib'"),
        ('Answer("approve", self.rate)', "self.rate", DataError, "is of type float"),
        ('Answer("approve", self.rate)', 'Answer("approve", float("nan"))', DataError, "has the score nan"),
        ("for _ in requests]", "for _ in requests[1:]]", DataError, "gave 19 answers to 20 requests"),
        ("def decide", "def predict", PluginError, "no attribute 'decide'"),
        ('train["bad"]', 'train["worse"]', PluginError, "worse"),
        ('Model(float(files["rate.txt"]))', "Model(0.5)", PluginError, "answers differently after it was saved"),
        ('float(files["rate.txt"])', 'float(files["rote.txt"])', PluginError, "while `check` loads it"),
    ],
)
def test_an_invalid_candidate_is_reported_before_any_record(
    tmp_path: Path, old: str, new: str, error: type[StarcaseError], said: str
) -> None:
    with pytest.raises(error, match=said) as found:
        checked(tmp_path, (old, new))
    assert "mine" in str(found.value)
    with Workspace(toy_case(folder=str(tmp_path)), tmp_path, system=ToySystem(), actor="ana") as work:
        assert work.ledger.last(CheckRecord) is None


def test_a_candidate_that_needs_more_rows_is_tried_on_more(tmp_path: Path) -> None:
    checked(tmp_path, ("rows = len(train)", "assert len(train) > 500"))
