"""A candidate's code, a module it imports or a table it names is edited between two commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from starcase.app import Stretch, Workspace, contest, gate, replay
from starcase.app.gate_lookup import create_gate_lookup
from starcase.app.stored_models import load_model
from starcase.contract.case_spec import CandidateSpec, Case, ContestSpec, GateSpec
from starcase.errors import ArtefactError, CaseFileError, GateNotPassed, RolloutError
from starcase.evidence.records import GateRecord, RefitRecord
from starcase.stages.gate import clear
from starcase.testing.toy import ToySystem, toy_case

MINE = """
import json
from pathlib import Path
import helper
from starcase import Answer

class Mine:
    complexity, name = 1, "mine"
    def __init__(self, table="table.csv"):
        self.parameters = {"table": table}
    def fit(self, train, *, rng):
        return Model()
    def save(self, model):
        return {"m.json": b"{}"}
    def load(self, files):
        return Model()

class Model:
    def decide(self, requests):
        return [Answer("approve", helper.SLOPE * (r.features["x"] or 0.0)) for r in requests]
"""
EDITS = {"mine.py": ('1, "mine"', '1,  "mine"'), "helper.py": ("2.0", "-2.0"), "table.csv": ("1", "2")}
QUICK = ContestSpec(folds=1, trials=1, draws=100, growth=())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "helper.py").write_text("SLOPE = 2.0\n")
    (tmp_path / "table.csv").write_text("weight\n1\n")
    return tmp_path


def case(folder: Path, **more: object) -> Case:
    mine = CandidateSpec(name="mine", use="mine.py:Mine", parameters={"table": "table.csv"})
    given = {"contest": QUICK, "candidates": (CandidateSpec(name="weak"), mine), "folder": str(folder), **more}
    return toy_case(**given)


def opened(folder: Path, **more: object) -> Workspace:
    return Workspace(case(folder, **more), folder, system=ToySystem(), actor="ana")


def edit(folder: Path, file: str) -> None:
    before, after = EDITS[file]
    path = folder / file
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


@pytest.mark.parametrize("file", sorted(EDITS))
def test_a_contest_reruns_in_the_same_process_only_after_an_edit(folder: Path, file: str) -> None:
    with opened(folder) as work:
        first, again = contest(work), contest(work)
        assert (again.entry, first.stands, again.stands) == (first.entry, False, True)
        edit(folder, file)
        anew = contest(work)
    assert (anew.entry.id, anew.stands) == ("contest-2", False)
    before, after = ({s.candidate: s.model for s in held.record.standings} for held in (first, anew))
    assert before["mine"] != after["mine"]
    assert before["weak"] == after["weak"]


def test_figures_change_with_the_slope(folder: Path) -> None:
    with opened(folder) as work:
        before = contest(work).record
        edit(folder, "helper.py")
        after = contest(work).record
    errors = [next(s for s in held.standings if s.candidate == "mine").figures[0].value for held in (before, after)]
    assert errors[0] != errors[1]


@pytest.mark.parametrize("file", sorted(EDITS))
def test_an_edited_candidate_needs_new_gates_and_a_new_clearance(folder: Path, file: str) -> None:
    with opened(folder) as work:
        contest(work)
        first, again = gate(work, "mine"), gate(work, "mine")
        assert (again.entry, again.stands) == (first.entry, True)
        edit(folder, file)
        anew = gate(work, "mine")
        assert (anew.entry.id, anew.stands) == ("gate-2", False)
        assert {anew.record.model, anew.record.measured} & {first.record.model, first.record.measured} == set()
        assert len(work.ledger.of(GateRecord)) == 2


def test_a_model_answers_with_the_code_of_its_fit(folder: Path) -> None:
    with opened(folder) as work:
        contest(work)
        model = gate(work, "mine").record.model
        requests = work.dataset.requests(work.dataset.folds(count=1)[0])[:5]
        before = [answer.score for answer in load_model(work, "mine", model).decide(requests)]
        edit(folder, "helper.py")
        (folder / "mine.py").write_text("raise SystemExit('broken meanwhile')")
        assert [answer.score for answer in load_model(work, "mine", model).decide(requests)] == before


def test_a_changed_table_makes_its_model_unusable(folder: Path) -> None:
    with opened(folder) as work:
        contest(work)
        model = gate(work, "mine").record.model
        edit(folder, "table.csv")
        with pytest.raises(ArtefactError, match=r"fitted with another table\.csv"):
            load_model(work, "mine", model)
        load_model(work, "mine", model, anyway=True)


def test_an_edited_candidate_is_not_tried_out_without_a_new_fit(folder: Path) -> None:
    with opened(folder) as work:
        contest(work, until=2_000)
        model = gate(work, "mine").record.model
        edit(folder, "helper.py")
        with pytest.raises(RolloutError, match="was edited after model") as caught:
            replay(work, Stretch(since=2_000, until=2_500, challenger="mine"))
        assert "helper.py" in caught.value.where
        assert "starcase gate --candidate mine" in caught.value.mend
        replay(work, Stretch(since=2_000, until=2_500, challenger="mine", model=model))
        assert {one.arm for one in work.log.read(0, 1_000)} == {"weak"}


def test_a_model_is_not_loaded_for_another_candidate(folder: Path) -> None:
    with opened(folder) as work:
        record = contest(work).record
        model = next(s.model for s in record.standings if s.candidate == "weak")
        with pytest.raises(ArtefactError, match="is of weak, not of mine"):
            load_model(work, "mine", model)
        with pytest.raises(GateNotPassed):
            clear(work.ledger, "mine", model, 10_000, in_force=create_gate_lookup(work)(work.ledger))


def test_two_candidates_with_the_same_files_are_two_models(folder: Path) -> None:
    with opened(folder) as work:
        contest(work)
        (folder / "twin.py").write_text(MINE.replace('"mine"', '"twin"').replace("* (r.", "* -(r."))
    twin = CandidateSpec(name="twin", use="twin.py:Mine", parameters={"table": "table.csv"})
    mine = CandidateSpec(name="mine", use="mine.py:Mine", parameters={"table": "table.csv"})
    with opened(folder, candidates=(CandidateSpec(name="weak"), mine, twin)) as work:
        models = {s.candidate: s.model for s in contest(work).record.standings}
        assert models["mine"] != models["twin"]
        assert work.artefacts.load(models["mine"]) == work.artefacts.load(models["twin"])


def test_an_edited_gate_has_another_hash(folder: Path) -> None:
    text = (
        "from starcase.testing.told import passed\n"
        "class Door:\n    name, required = 'door', 'told so'\n    def check(self, evidence): return passed(self)\n"
    ).replace("from starcase.testing.told import passed\n", GATE)
    (folder / "door.py").write_text(text)
    with opened(folder, gates=(GateSpec(name="door", use="door.py:Door"),)) as work:
        contest(work)
        first = gate(work, "mine")
        (folder / "door.py").write_text(text + "# looser\n")
        anew = gate(work, "mine")
    assert (anew.entry.id, anew.record.model) == ("gate-2", first.record.model)


GATE = """
from starcase.evidence import Figure
from starcase.evidence.records import GateResult
def passed(gate):
    seen = Figure(name="told", value=0.0, unit="count")
    return GateResult(gate=gate.name, outcome="passed", observed=seen, required=gate.required, why="told so")
"""


def test_an_edited_champion_is_compared_with_the_code_of_its_fit(folder: Path) -> None:
    with opened(folder, incumbent="mine") as work:
        contest(work, until=2_000)
        replay(work, Stretch(since=2_000, until=2_500))
        served = work.ledger.of(RefitRecord)[-1][1].model
        edit(folder, "helper.py")
        contest(work, until=2_000)
        held = gate(work, "mine")
        assert held.record.model != served
        before, now = (load_model(work, "mine", one) for one in (served, held.incumbent.model))
        requests = work.dataset.requests(held.fold)[:20]
        assert [a.score for a in now.decide(requests)] == [a.score for a in before.decide(requests)]
        assert held.incumbent.model != held.record.measured
        assert work.artefacts.load_reader(held.incumbent.model) == work.artefacts.load_reader(served)


def test_a_candidate_is_loaded_without_the_code_of_others(folder: Path) -> None:
    (folder / "mine.py").write_text("raise SystemExit('this must not run')")
    with opened(folder) as work:
        assert work.candidate("weak").name == "weak"
        assert work.candidate("constant").name == "constant"
        with pytest.raises(CaseFileError, match="one of: constant, mine, noisy, strong, weak"):
            work.candidate("other")


def test_a_model_whose_code_fails_is_reported_as_not_loadable(folder: Path) -> None:
    reads = "def load(self, files):\n        (Path(__file__).parent / 'there').read_text()"
    (folder / "mine.py").write_text(MINE.replace("def load(self, files):", reads))
    (folder / "there").write_text("")
    with opened(folder) as work:
        contest(work)
        model = gate(work, "mine").record.model
        (folder / "there").unlink()
        with pytest.raises(ArtefactError, match="of mine cannot be loaded") as caught:
            load_model(work, "mine", model)
        assert "FileNotFoundError" in caught.value.why


def test_a_changed_table_of_the_champion_does_not_block_gates(folder: Path) -> None:
    with opened(folder, incumbent="mine") as work:
        contest(work, until=2_000)
        replay(work, Stretch(since=2_000, until=2_500))
        edit(folder, "table.csv")
        assert gate(work, "weak").incumbent.candidate == "mine"
