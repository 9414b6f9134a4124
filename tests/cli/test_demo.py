"""A demo runs the commands in a case's events file in order, and stops at the first that fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from starcase.app import builtin_cases
from starcase.cli.main import run


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(builtin_cases, "_find_root", lambda: tmp_path / "shelf")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STARCASE_CASE", raising=False)
    case = tmp_path / "shelf" / "small"
    case.mkdir(parents=True)
    (case / "case.toml").write_text("""[case]
name = "small"
title = "Small"
system = "fraud"
incumbent = "logistic_regression"

[data]
path = "data.csv"
time = "at"
target = "fraud"

[objective]
metric = "average_precision"
""")
    rows = [f"{60 * n},{n % 7}.5,{int(n % 10 == 0)}" for n in range(60)]
    (case / "data.csv").write_text("\n".join(["at,amount,fraud", *rows]))
    return case


def test_demo_prints_and_runs_events_in_order(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shelf / "events").write_text('# Look first.\nstarcase check\n! starcase rollout rollback --why "it hurts"\n')
    assert run(["demo", "small"]) == 0
    said = capsys.readouterr()
    assert said.out.index("Look first.") < said.out.index("$ starcase check") < said.out.index("recorded as check-1")
    assert "there is nothing to roll back" in said.err
    assert "its evidence is in" in said.out
    assert run(["demo", "--list"]) == 0
    assert "small" in capsys.readouterr().out


def test_the_first_failing_event_ends_the_demo(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shelf / "events").write_text("starcase log --verify\nstarcase gate --candidate nobody\nstarcase check\n")
    assert run(["demo", "small"]) not in {0, 1}
    assert "check-1" not in capsys.readouterr().out
    (shelf / "events").write_text("! starcase check\n")
    assert run(["demo", "small", "--to", "other"]) == 1
    assert "should be refused" in capsys.readouterr().err
