from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from starcase.errors import DataError
from starcase.tables.columns import read_column_names, require_columns


def test_names_come_from_the_head_alone(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1], "b": ["x"]})
    frame.write_parquet(tmp_path / "x.parquet")
    frame.write_csv(tmp_path / "x.csv")
    frame.write_csv(tmp_path / "x.tsv", separator="\t")
    for name in ("x.parquet", "x.csv", "x.tsv"):
        assert read_column_names(tmp_path / name) == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.csv", None, "no such file"),
        ("x.xlsx", b"1", "a .xlsx file cannot be read"),
        ("x.csv", b"", "the file is empty"),
        ("x.parquet", b"no parquet at all", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=words):
        read_column_names(tmp_path / name)


def test_bytes_that_are_no_text_are_no_csv_and_reach_no_terminal(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"\x1b[2Ja\xff\x07" * 40 + b",b\n1,2\n")
    with pytest.raises(DataError, match="this is no CSV: its header is not text") as caught:
        read_column_names(file)
    assert r"\x1b[2J" in str(caught.value)
    assert all(letter.isprintable() or letter == "\n" for letter in str(caught.value))
    assert len(str(caught.value)) < 300 + len(str(file))


def test_a_header_in_another_encoding_is_told_from_bytes_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes("größe,zeit\n1,2\n".encode("latin-1"))
    with pytest.raises(DataError, match="a character is no UTF-8; spreadsheets often write Latin-1"):
        read_column_names(file)


def test_hundreds_of_columns_and_long_names_are_cut(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"its columns: c0, c1, .*, 270 more") as caught:
        require_columns([f"c{i}" for i in range(300)], {"--time": "x" * 1000}, "x.csv")
    assert "x" * 100 not in str(caught.value)


def test_a_missing_column_is_answered_with_the_nearest() -> None:
    with pytest.raises(DataError, match="no column 'is_frud'; the nearest is 'is_fraud'") as caught:
        require_columns(["at", "is_fraud"], {"--time": "at", "--target": "is_frud"}, "x.csv")
    assert "--target" in caught.value.where
