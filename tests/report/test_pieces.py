"""Percent and percentage points, bases of relative changes, and deleted records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.cards import CASE, START, card_records, open_ledger, plain, share

from starcase.app import Workspace
from starcase.casefile.toml import write_case
from starcase.cli.main import run
from starcase.errors import StoryError
from starcase.evidence.records import NoteRecord, ReplayRecord
from starcase.report import WRITERS, Records, build_document
from starcase.report.expression import Expression
from starcase.report.pieces import format_cell, format_figure
from starcase.report.pieces import render_plain as words

SPACE = "\N{NO-BREAK SPACE}"


def test_difference_of_shares_is_shown_in_percentage_points() -> None:
    gap = replace(share("click-through", 0.0055, 0.002), level=0.95)
    assert words(format_figure(gap, "r#f", signed=True, difference=True)).startswith(
        f"+0.550{SPACE}points (95{SPACE}% interval"
    )
    assert (
        words(format_cell(gap, "r#f", signed=True, difference=True))
        == f"+0.550{SPACE}points{SPACE}[+0.350,{SPACE}+0.750]"
    )
    assert words(format_figure(share("click-through", 0.0467), "r#f")) == f"4.67{SPACE}%"


@pytest.mark.parametrize("base", [0.0, -3.0])
def test_there_is_no_relative_change_on_a_base_of_zero_or_less(tmp_path: Path, base: float) -> None:
    with open_ledger(tmp_path) as ledger:
        name = ledger.append(NoteRecord(text="", figures=(plain("now", 5.0, "EUR"), plain("before", base, "EUR")))).id
        records = Records.from_ledger(ledger)
        with pytest.raises(StoryError, match="no relative change"):
            Expression("change", (f"{name}#figures.0.value", f"{name}#figures.1.value")).value(records)


def test_relative_change_is_shown_with_base_interval_and_units(tmp_path: Path) -> None:
    names = ("errors, old", "errors, new", "errors, new less old", "errors, change relative to old")
    values = (4.0, 3.0, -1.0, -0.25)
    figures = tuple(
        replace(
            plain(name, value, "share" if "relative" in name else "count"),
            low=value - 1,
            high=value + 1,
            level=0.95,
            n=4,
        )
        for name, value in zip(names, values, strict=True)
    )
    replay = next(record for record, _ in card_records() if isinstance(record, ReplayRecord))
    with open_ledger(tmp_path) as ledger:
        ledger.append(replace(replay, figures=figures))
        text = WRITERS["md"](build_document(Records.from_ledger(ledger))).replace(SPACE, " ")
    (row,) = (line.replace("\\", "") for line in text.splitlines() if line.startswith("| errors"))
    assert "4.00 [3.00, 5.00] | 3.00 [2.00, 4.00] | −1.00 [−2.00, 0.00] | −25.0 % [−125.0, +75.0] | 4" in row


def test_claims_on_a_deleted_record_are_reported(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case.toml").write_text(write_case(CASE))
    with Workspace.open(tmp_path, actor="Mara") as work:
        for record, actor in card_records():
            work.ledger.append(record, actor=actor, at=START)
    assert run(["story", "--case", str(tmp_path)]) == 0
    with Workspace.open(tmp_path) as work:
        connection = work.ledger._connection
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("DELETE FROM entries WHERE kind = 'monitor'")
    capfd.readouterr()
    assert run(["story", "--case", str(tmp_path), "--verify"]) == 9
    assert "tripped on isolation_forest after 423 decisions" in capfd.readouterr().out
