from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

from starcase.app import Workspace
from starcase.evidence.records import CaseRecord, CheckRecord


def kinds(folder: Path) -> list[str]:
    with Workspace.open(folder) as work:
        return [entry.id for entry in work.ledger.entries()]


def test_a_repeated_check_adds_no_record(folder: Path, starcase: Run) -> None:
    code, out, _ = starcase("check", "--case", folder)
    assert code == 0
    assert "3,000" in out
    assert "recorded as check-1" in out
    assert starcase("check", "--case", folder)[0] == 0
    assert kinds(folder) == ["case-1", "check-1"]
    with Workspace.open(folder) as work:
        ((entry, case),) = work.ledger.of(CaseRecord)
        assert "[contest]" in case.resolved
        assert entry.actor == "ana"


def test_a_changed_case_is_recorded_again(folder: Path, starcase: Run) -> None:
    starcase("check", "--case", folder)
    file = folder / "case.toml"
    file.write_text(file.read_text().replace("seed = 7", "seed = 8"))
    assert starcase("check", "--case", folder)[0] == 0
    assert kinds(folder) == ["case-1", "check-1", "case-2", "check-2"]


def test_check_json_output_is_the_record(folder: Path, starcase: Run) -> None:
    code, out, _ = starcase("check", "--case", folder, "--json")
    assert code == 0
    entry = json.loads(out)
    assert entry["id"] == "check-1"
    with Workspace.open(folder) as work:
        found = work.ledger.last(CheckRecord)
        assert found is not None
        assert entry["record"]["fingerprint"]["sha256"] == found[1].fingerprint.sha256


def test_check_of_an_invalid_case_creates_no_ledger(folder: Path, starcase: Run) -> None:
    file = folder / "case.toml"
    good = file.read_text()
    for old, new, code, words in [
        ('metric = "squared_error"', 'metric = "squared"', 3, "case.toml:"),
        ('system = "toy"', 'system = "tyo"', 8, "'toy'"),
        ("seed = 7", "sede = 7", 3, "`seed`"),
        ("[objective]", '[[gates]]\nname = "objectiv"\n\n[objective]', 3, "'objective'"),
        ("[objective]", '[[guards]]\nname = "alert rat"\nallowed = 0.1\n\n[objective]', 3, "'alert rat"),
    ]:
        file.write_text(good.replace(old, new))
        got, _, err = starcase("check", "--case", folder)
        assert (got, words in err) == (code, True), err
        assert not (folder / ".starcase" / "ledger.sqlite").exists()


def test_check_without_a_case_suggests_starcase_new(tmp_path: Path, starcase: Run) -> None:
    code, _, err = starcase("check", "--case", tmp_path)
    assert code == 3
    assert "starcase new" in err
