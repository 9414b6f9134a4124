from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from starcase.case.columns import column_names, require
from starcase.errors import DataError


def test_names_come_from_the_head_alone(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1], "b": ["x"]})
    frame.write_parquet(tmp_path / "x.parquet")
    frame.write_csv(tmp_path / "x.csv")
    frame.write_csv(tmp_path / "x.tsv", separator="\t")
    for name in ("x.parquet", "x.csv", "x.tsv"):
        assert column_names(tmp_path / name) == ["a", "b"]


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
        column_names(tmp_path / name)


def test_a_missing_column_is_answered_with_the_nearest() -> None:
    with pytest.raises(DataError, match="no column 'is_frud'; the nearest is 'is_fraud'") as caught:
        require(["at", "is_fraud"], {"--time": "at", "--target": "is_frud"}, "x.csv")
    assert "--target" in caught.value.where
