from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from starcase.errors import DataError
from starcase.tables.columns import read_column_names, require_columns


def test_column_names_are_read_from_parquet_csv_and_tsv(tmp_path: Path) -> None:
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
        ("x.xlsx", b"1", "a file of type .xlsx cannot be read"),
        ("x.csv", b"", "the file is empty"),
        ("x.parquet", b"no parquet at all", "cannot be read"),
    ],
)
def test_the_error_for_an_unreadable_file_gives_the_reason(
    tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=words):
        read_column_names(tmp_path / name)


def test_a_binary_header_is_refused_and_escaped_in_the_error(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"\x1b[2Ja\xff\x07" * 40 + b",b\n1,2\n")
    with pytest.raises(DataError, match="the file is not CSV: its header is not text") as caught:
        read_column_names(file)
    assert r"\x1b[2J" in str(caught.value)
    assert all(letter.isprintable() or letter == "\n" for letter in str(caught.value))
    assert len(str(caught.value)) < 300 + len(str(file))


def test_a_latin_1_header_is_reported_as_an_encoding_error(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes("größe,zeit\n1,2\n".encode("latin-1"))
    with pytest.raises(DataError, match="a character is not UTF-8; spreadsheets often write Latin-1"):
        read_column_names(file)


def test_long_column_lists_and_long_names_are_shortened_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"its columns: c0, c1, .*, 270 more") as caught:
        require_columns([f"c{i}" for i in range(300)], {"--time": "x" * 1000}, "x.csv")
    assert "x" * 100 not in str(caught.value)


def test_the_error_for_a_missing_column_names_the_nearest() -> None:
    with pytest.raises(DataError, match="no column 'is_frud'; the nearest is 'is_fraud'") as caught:
        require_columns(["at", "is_fraud"], {"--time": "at", "--target": "is_frud"}, "x.csv")
    assert "--target" in caught.value.where
