from __future__ import annotations

from pathlib import Path

import pytest

from starcase.contract.case_spec import CandidateSpec, Case, DataSpec, GateSpec, ObjectiveSpec
from starcase.errors import PluginError
from starcase.extensions.user_code import load_own, load_own_candidates, load_own_gates

MINE = """
class Mine:
    name = "mine"
    complexity = 1
    def __init__(self, depth=1):
        if depth > 9:
            raise ValueError("too deep")
        self.parameters = {"depth": depth}
    def fit(self, train, /, *, rng): ...
    def save(self, model, /): ...
    def load(self, files, /): ...

class Half:
    name = "half"

class Door:
    def __init__(self, least=0.0):
        self.name, self.required = "door", f"at least {least}"
    def check(self, evidence, /): ...
"""


def case(folder: Path, *specs: CandidateSpec | GateSpec) -> Case:
    (folder / "mine.py").write_text(MINE)
    return Case(
        name="a",
        title="A",
        system="s",
        incumbent="i",
        data=DataSpec(path="x", time="t", target="y"),
        objective=ObjectiveSpec(metric="m"),
        candidates=tuple(spec for spec in specs if isinstance(spec, CandidateSpec)),
        gates=tuple(spec for spec in specs if isinstance(spec, GateSpec)),
        folder=str(folder),
    )


def test_own_candidates_and_gates_are_created_with_their_parameters(tmp_path: Path) -> None:
    mine = case(
        tmp_path,
        CandidateSpec(name="built-in"),
        CandidateSpec(name="mine", use="mine.py:Mine", parameters={"depth": 3}),
        GateSpec(name="door", use="mine.py:Door", parameters={"least": 0.5}),
    )
    (candidate,) = load_own_candidates(mine)
    assert candidate.parameters == {"depth": 3}
    (gate,) = load_own_gates(mine)
    assert gate.required == "at least 0.5"


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (CandidateSpec(name="mine", use="mine:Mine"), 'use = "file.py:Object"'),
        (CandidateSpec(name="mine", use="other.py:Mine"), "names a file that does not exist"),
        (CandidateSpec(name="mine", use="mine.py:Nine"), "has no 'Nine'"),
        (CandidateSpec(name="mine", use="mine.py:Mine", parameters={"depth": 10}), "ValueError: too deep"),
        (CandidateSpec(name="mine", use="mine.py:Mine", parameters={"breadth": 1}), "unexpected keyword"),
        (CandidateSpec(name="other", use="mine.py:Mine"), "has the name 'mine'"),
        (CandidateSpec(name="half", use="mine.py:Half"), "is not a candidate: it lacks complexity, fit"),
    ],
)
def test_an_invalid_use_is_refused_with_the_reason(tmp_path: Path, spec: CandidateSpec, words: str) -> None:
    with pytest.raises(PluginError) as caught:
        load_own_candidates(case(tmp_path, spec))
    assert words in str(caught.value)


def test_a_failing_file_can_be_corrected_and_loaded_again(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("raise SystemExit")
    with pytest.raises(PluginError, match="SystemExit"):
        load_own("bad.py:x", tmp_path)
    (tmp_path / "bad.py").write_text("x = 1  # mended")
    assert load_own("bad.py:x", tmp_path) == 1
