from __future__ import annotations

from pathlib import Path

import pytest

from starcase.contract.model_identity import hash_tables


@pytest.mark.parametrize("value", ["/", "./", "..", "."])
def test_a_folder_that_contains_the_case_is_not_hashed(tmp_path: Path, value: str) -> None:
    (tmp_path / "a.csv").write_text("1")
    assert hash_tables([value], tmp_path) == ()


def test_every_visible_file_of_a_folder_is_hashed(tmp_path: Path) -> None:
    (tmp_path / "tables" / ".cache").mkdir(parents=True)
    for name in ("a.csv", "b.csv", ".cache/c.csv"):
        (tmp_path / "tables" / name).write_text("1")
    assert [name for name, _ in hash_tables([{"from": "tables"}], tmp_path)] == ["tables/a.csv", "tables/b.csv"]
