from __future__ import annotations

import pytest
from rich.console import Console
from rich.table import Table

from starcase.cli.table import fit_tables, wrap_text
from starcase.cli.terminal import print_table

HEADS = ("candidate", "role", "value [95 %]", "over logistic_regression", "over amount_rule", "verdict")
ROWS = [
    ("lightgbm", "candidate", "79.4 % [71.0, 86.5]", "+41.4 % *", "+79.1 points *", "no difference shown"),
    ("isolation_forest", "candidate", "13.2 % [5.4, 26.0]", "-76.4 % *", "+13.0 points", "worse than the best of them"),
]


def drawn(table: Table, width: int) -> str:
    console = Console(width=width)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


@pytest.mark.parametrize("width", [60, 80, 100, 132])
def test_no_number_is_cut_or_broken_at_any_width(width: int) -> None:
    tables = [drawn(table, width) for table in fit_tables(HEADS, ROWS, width)]
    lines = [line for table in tables for line in table.splitlines()]
    assert max(map(len, lines)) <= width
    for cell in (row[place] for row in ROWS for place in (2, 3, 4)):
        assert any(cell in line for line in lines), cell


def test_a_wide_table_is_split_and_each_part_names_its_rows() -> None:
    pairs = [("lightgbm", against, "79.2 points [67.4, 91.0]", "better") for against in ("constant", "amount")]
    tables = [drawn(table, 50) for table in fit_tables(("candidate", "against", "difference", "verdict"), pairs, 50)]
    assert len(tables) > 1
    assert all("lightgbm" in table and "constant" in table and "amount" in table for table in tables)


def test_words_wrap_before_a_table_is_split() -> None:
    (table,) = fit_tables(("gate", "required"), [("leakage", "at most 3.0 points of the objective, as measured")], 34)
    assert "3.0 points" in drawn(table, 34)


def test_a_value_its_unit_and_its_interval_stay_together() -> None:
    said = wrap_text("it fell by 23.2 points [-36.7, -9.8] (95 %, n = 35) since 2013-09-01 14:00:00", 12)
    assert "23.2 points [-36.7, -9.8]" in said
    assert any("n = 35" in line for line in said)
    assert "2013-09-01 14:00:00" in said


def test_a_number_wider_than_the_terminal_is_printed_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    print_table("", ("candidate", "difference"), [("lightgbm", "79.2 points [67.4, 91.0]")])
    assert "79.2 points [67.4, 91.0]" in capsys.readouterr().out
