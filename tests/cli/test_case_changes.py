"""Commands print the settings that decided a result, and the settings changed after it was recorded."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run

from starcase.casefile.toml import write_case
from starcase.contract.case_spec import ContestSpec, ObjectiveSpec
from starcase.testing import toy_case

QUICK = ContestSpec(folds=1, trials=1, draws=100, growth=())
CHANGED = "changed after contest-1: objective.margin from 0.0 to 0.3 (case-2)"


def test_each_command_reports_a_margin_changed_after_the_contest(folder: Path, starcase: Run) -> None:
    (folder / "case.toml").write_text(write_case(toy_case(contest=QUICK)))
    code, out, err = starcase("contest", "--case", folder, "--until", "1970-01-01T00:00:00.000300Z", "--workers", "1")
    assert code == 0, err
    assert "decided with: case.incumbent weak, objective.margin 0.0, contest.level 0.95, contest.draws 100" in out
    assert "changed" not in out + err
    loose = toy_case(contest=QUICK, objective=ObjectiveSpec(metric="squared_error", margin=0.3))
    (folder / "case.toml").write_text(write_case(loose))
    _, out, err = starcase("choose", "--case", folder, "--json")
    assert CHANGED in err
    assert "changed" not in out
    _, out, err = starcase("choose", "--case", folder)
    assert "changed after" not in out + err  # nothing was chosen before the change
    assert "choice-1 is still valid: recorded" in out
    code, out, err = starcase("contest", "--case", folder, "--until", "1970-01-01T00:00:00.000300Z", "--workers", "1")
    assert code == 0, err
    assert CHANGED in out
    assert "objective.margin 0.3" in out
    _, out, _ = starcase("log", "--case", folder, "--kind", "case")
    assert "changed after contest-1: objective.margin" in " ".join(out.split())
