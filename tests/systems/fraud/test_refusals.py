"""Refused data: messages name file, column, row and mend, and nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from tests.systems.fraud.cases import case_of, stream

from starcase.app import Workspace
from starcase.app.commands.check import check
from starcase.app.commands.contest import contest
from starcase.casefile.toml import write_case
from starcase.errors import DataError

ENTITIES = {"card": "pan", "terminal": "shop"}
Spoil = Callable[[pl.DataFrame], pl.DataFrame]


def place(folder: Path, frame: pl.DataFrame, **data: object) -> None:
    case = case_of(folder, frame, "tx.parquet", entities=ENTITIES, id="serial", **data)
    (folder / "case.toml").write_text(write_case(case))


def at_row(column: str, row: int, value: object) -> Spoil:
    return lambda frame: frame.with_columns(
        pl.when(pl.int_range(pl.len()) == row).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
    )


def numbered() -> pl.DataFrame:
    return stream(1_500).with_row_index("serial").with_columns(pl.col("serial").cast(pl.Int64))


WRONG: dict[str, tuple[Spoil, tuple[str, ...]]] = {
    "no card column": (lambda f: f.drop("pan"), ("'pan'", "entities.card", "tx.parquet")),
    "a card missing": (at_row("pan", 7, None), ("card is missing", "column pan", "row 8")),
    "cards as fractions": (lambda f: f.with_columns(pl.col("pan") + 0.5), ("column pan", "Float64", "text or whole")),
    "an id twice": (at_row("serial", 9, 8), ("occurs twice", "column serial", "row 9", "its own id")),
    "one moment, ids the wrong way round": (
        lambda f: f.with_columns(when=pl.when(pl.col("serial") < 4).then(pl.lit(0)).otherwise("when")).select(
            pl.all().gather([0, 2, 1, *range(3, f.height)])
        ),
        ("order of their ids", "column serial", "row 3", "sort the file by when and serial"),
    ),
    "times out of order": (at_row("when", 20, 0), ("out of order", "column when", "row 21", "sort the file")),
    "an amount without a number": (at_row("eur", 3, float("nan")), ("amount", "column eur", "row 4")),
    "an invalid label": (at_row("fraud", 5, 7), ("7 is not a label", "column fraud", "row 6", "write 1 for fraud")),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_bad_data_is_refused_with_details_and_the_ledger_is_unchanged(tmp_path: Path, wrong: str) -> None:
    place(tmp_path, numbered())
    with Workspace.open(tmp_path) as work:
        check(work)
        before = work.ledger.head()
    spoil, words = WRONG[wrong]
    spoil(numbered()).write_parquet(tmp_path / "tx.parquet")
    with Workspace.open(tmp_path) as work:
        with pytest.raises(DataError) as refused:
            check(work)
        assert work.ledger.head() == before
    for word in words:
        assert word in str(refused.value)


def test_a_fold_with_one_label_is_refused_and_only_the_case_is_recorded(tmp_path: Path) -> None:
    frame = numbered()
    late = frame.with_columns(fraud=pl.when(pl.int_range(pl.len()) < 1_200).then("fraud").otherwise(0))
    place(tmp_path, late)
    with Workspace.open(tmp_path) as work:
        with pytest.raises(DataError, match=r"test span of fold-3 .* 0 of them fraud") as refused:
            contest(work)
        assert "fewer folds" in str(refused.value)
        assert [entry.kind for entry in work.ledger.entries()] == ["case"]
