from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from starcase.app import Workspace
from starcase.evidence.records import KINDS
from starcase.evidence.records.rollout import StepKind, StepRecord
from starcase.tables.clock import SimulatedClock


@pytest.fixture
def checked(folder: Path, starcase: Run) -> Path:
    assert starcase("check", "--case", folder)[0] == 0
    return folder


def test_log_prints_one_line_for_each_record(checked: Path, starcase: Run) -> None:
    code, out, _ = starcase("log", "--case", checked)
    assert code == 0
    assert "toy: 2 records" in out
    assert "check-1" in out
    assert "3000 rows" in out
    code, out, _ = starcase("log", "--case", checked, "--kind", "case")
    assert "check-1" not in out


def test_log_prints_one_record_in_full_and_all_records_as_json(checked: Path, starcase: Run) -> None:
    _, out, _ = starcase("log", "check-1", "--case", checked)
    assert json.loads(out)["record"]["fingerprint"]["rows"] == 3000
    _, out, _ = starcase("log", "--case", checked, "--json")
    assert [entry["id"] for entry in json.loads(out)] == ["case-1", "check-1"]


def test_an_unknown_record_or_kind_is_refused(checked: Path, starcase: Run) -> None:
    assert starcase("log", "check-9", "--case", checked)[0] == 6
    code, _, err = starcase("log", "--case", checked, "--kind", "chekc")
    assert code == 2
    assert "check" in err


def test_commands_that_only_read_create_no_ledger(folder: Path, starcase: Run) -> None:
    for verb in (["log"], ["log", "--verify"], ["who-served", "--at", "2020-01-01"]):
        code, _, err = starcase(*verb, "--case", folder)
        assert code == 6
        assert "starcase check" in err
    assert not (folder / ".starcase").exists()


def test_verify_names_the_record_that_was_changed(checked: Path, starcase: Run) -> None:
    code, out, _ = starcase("log", "--case", checked, "--verify")
    assert (code, out.startswith("intact: 2 records")) == (0, True)
    raw = sqlite3.connect(checked / ".starcase" / "ledger.sqlite")
    for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {trigger}")
    raw.execute("UPDATE entries SET actor = 'mallory' WHERE seq = 1")
    raw.commit()
    raw.close()
    code, out, _ = starcase("log", "--case", checked, "--verify")
    assert code == 6
    assert "record 1 (case-1) was changed" in out
    code, out, _ = starcase("log", "--case", checked, "--verify", "--json")
    assert json.loads(out)["faults"][0]["id"] == "case-1"


def test_verify_reads_back_referenced_files_and_a_missing_one_exits_6(folder: Path, starcase: Run) -> None:
    assert starcase("contest", "--case", folder, "--workers", "1")[0] in {0, 1}
    code, out, _ = starcase("log", "--case", folder, "--verify")
    assert code == 0
    assert "read back and unchanged: 1 table, 4 models, the data" in out
    table = folder / ".starcase" / "tables" / "contest-1.parquet"
    table.unlink()
    code, out, _ = starcase("log", "--case", folder, "--verify")
    assert code == 6
    assert out.startswith("intact: ")
    assert f"the table of contest-1 is not at {table}: expected " in out
    code, out, _ = starcase("log", "--case", folder, "--verify", "--json")
    states = {one["what"]: one["state"] for one in json.loads(out)["named"]}
    assert (code, states["table"], states["model"], states["data"]) == (6, "missing", "intact", "intact")


def test_a_note_is_recorded_at_the_event_time_reached(checked: Path, starcase: Run) -> None:
    code, out, _ = starcase("note", "too many calls", "--part", "situation", "--about", "check-1", "--case", checked)
    assert (code, out) == (0, "note-1 by ana\n")
    with Workspace.open(checked) as work:
        *_, before, note = work.ledger.entries()
    assert note.at == before.at
    assert starcase("note", "x", "--about", "rollout-3", "--case", checked)[0] == 6
    assert starcase("note", "  ", "--case", checked)[0] == 2


def step(kind: StepKind, champion: str, challenger: str, share: float) -> StepRecord:
    return StepRecord(
        rollout="rollout-1",
        version=1,
        step=kind,
        champion=champion,
        champion_model=f"{champion}-hash",
        challenger=challenger,
        challenger_model=f"{challenger}-hash",
        share=share,
        because=("gate-1",),
        reason="as planned",
        automatic=True,
        decisions=0,
    )


def test_who_served_names_the_model_that_served_most_first(checked: Path, starcase: Run) -> None:
    with Workspace.open(checked, clock=SimulatedClock(0)) as work:
        for moment, taken in [
            (10, step("install", "old", "", 0.0)),
            (20, step("canary", "old", "new", 0.25)),
            (28, step("canary", "old", "new", 1.0)),
            (30, step("promote", "old", "new", 1.0)),
        ]:
            work.ledger.append(taken, at=moment)

    def at(microsecond: int) -> list[object]:
        return ["who-served", "--case", checked, "--at", f"1970-01-01T00:00:00.{microsecond:06}Z"]

    code, out, _ = starcase(*at(9))
    assert (code, "no model served" in out) == (1, True)
    code, out, _ = starcase(*at(25))
    assert code == 0
    assert out.startswith("old, model old-hash, since 1970-01-01T00:00:00.000010Z")
    assert "new, model new-hash, served 25.0% of the units" in out
    code, out, _ = starcase(*at(29))
    assert out.startswith("new, model new-hash, served 100.0% of the units")
    assert "  old, model old-hash, champion since 1970-01-01T00:00:00.000010Z, served no units" in out
    code, out, _ = starcase(*at(31), "--json")
    assert json.loads(out)["champion"] == "new"
    assert starcase("who-served", "--case", checked, "--at", "noon")[0] == 2


def test_every_kind_of_record_has_a_one_line_summary() -> None:
    from starcase.cli import record_lines

    source = Path(record_lines.__file__).read_text()
    for kind in KINDS.values():
        assert f"        {kind.__name__}:" in source
