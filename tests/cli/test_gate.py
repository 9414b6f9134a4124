"""The commands gate and waive: their table, exit codes and waiver line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.cli.conftest import Run

from starcase.casefile.toml import write_case
from starcase.contract.case_spec import GateSpec
from starcase.testing import toy_case

TIGHT = GateSpec(name="interventions", parameters={"allowed": 0.01})


def test_gate_fails_is_waived_and_is_then_cleared(starcase: Run, folder: Path) -> None:
    (folder / "case.toml").write_text(write_case(replace(toy_case(), gates=(TIGHT,))))
    assert starcase("gate", "--case", folder, "--candidate", "strong")[0] == 6
    assert starcase("contest", "--case", folder)[0] == 0
    code, out, _ = starcase("gate", "--case", folder, "--candidate", "strong")
    assert (code, "\nstrong is not cleared: interventions" in out) == (1, True)
    assert "starcase waive" in out
    asked = ["waive", "--case", folder, "--candidate", "strong", "--who", "mara", "--why", "a deadline"]
    assert starcase(*asked, "--gate", "budget", "--until", "+1h")[0] == 5
    assert starcase(*asked, "--gate", "interventions", "--until", "soon")[0] == 2
    code, out, _ = starcase(*asked, "--gate", "interventions", "--until", "+1h")
    assert (code, out.startswith("waiver-1: mara waives interventions for strong until 1970")) == (0, True)
    code, out, _ = starcase("gate", "--case", folder, "--candidate", "strong")
    assert (code, "cleared until 1970-01-01T01:00:00" in out) == (0, True)
    code, out, _ = starcase("gate", "--case", folder, "--candidate", "strong", "--json")
    told = json.loads(out)
    assert (code, told["evidence"], told["clearance"]["candidate"]) == (0, "gate-1", "strong")
