from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run, offer


def test_a_plugin_that_fails_exits_or_prints_does_not_affect_others(site: Path, starcase: Run) -> None:
    offer(site, "bad = bad:S\nquits = quits:S\nloud = loud:S\nkills = kills:S", "broken")
    (site / "bad.py").write_text("raise ValueError('no luck')")
    (site / "quits.py").write_text("raise SystemExit(9)")
    (site / "loud.py").write_text("import sys\nprint('yes')\nprint('x', file=sys.stderr)\nS = 1")
    (site / "kills.py").write_text("import os\nos._exit(7)")
    code, out, _ = starcase("plugins", "--json", "--seconds", "600")
    assert code == 1
    found = {plugin["name"]: plugin["error"] for plugin in json.loads(out) if plugin["group"] == "starcase.systems"}
    assert found["toy"] == found["loud"] == ""
    assert found["bad"] == "ValueError: no luck"
    assert found["quits"] == "SystemExit: 9"
    assert "ended the process with 7" in found["kills"]
    assert starcase("--help")[0] == 0


def test_a_plugin_that_hangs_is_reported(site: Path, starcase: Run) -> None:
    offer(site, "hangs = hangs:S", "hanging")
    (site / "hangs.py").write_text("import time\ntime.sleep(9999)")
    code, out, _ = starcase("plugins", "--json", "--seconds", "2")
    found = {plugin["name"]: plugin["error"] for plugin in json.loads(out) if plugin["group"] == "starcase.systems"}
    assert code == 1
    assert "did not finish loading" in found["hangs"]


def test_the_schema_is_printed(starcase: Run) -> None:
    code, out, _ = starcase("schema")
    assert code == 0
    assert json.loads(out)["required"] == ["case", "data", "objective"]


def test_doctor_checks_machine_case_and_ledger(folder: Path, starcase: Run) -> None:
    code, out, _ = starcase("doctor", "--case", folder, "--json")
    looks = {look["what"]: look["state"] for look in json.loads(out)}
    assert code == 0
    assert {"Python", "cores", "memory", "free disk", "SQLite", "lightgbm", "case"} <= set(looks)
    assert "ledger" not in looks
    starcase("check", "--case", folder)
    _, out, _ = starcase("doctor", "--case", folder)
    assert "intact, 2 records" in out


@pytest.mark.parametrize("break_it", ["case.toml", ".starcase/ledger.sqlite"])
def test_doctor_reports_a_broken_case_or_ledger(folder: Path, starcase: Run, break_it: str) -> None:
    starcase("check", "--case", folder)
    (folder / break_it).write_bytes(b"not what it should be")
    code, out, _ = starcase("doctor", "--case", folder, "--json")
    assert code == 1
    assert "broken" in {look["state"] for look in json.loads(out) if look["what"] in {"case", "ledger"}}


def test_doctor_without_a_case_checks_only_the_machine(tmp_path: Path, starcase: Run) -> None:
    code, out, _ = starcase("doctor", "--case", tmp_path)
    assert code == 0
    assert "starcase new" in out
