"""Segments of a case, from its system or from a file, and the errors if neither can be used."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from starcase.casefile.toml import parse_case, write_case
from starcase.comparison.segments import load_segments
from starcase.contract.case_spec import Case, ExperimentSpec
from starcase.contract.system import Dataset
from starcase.errors import CaseFileError, DataError, NotIdentifiable
from starcase.extensions.case_validation import validate_case
from starcase.testing import ToySystem, toy_case

SYSTEM = ToySystem()


def case_with(name: str, folder: Path = Path()) -> Case:
    return toy_case(experiment=ExperimentSpec(segments=name), folder=str(folder))


def read(name: str, folder: Path = Path(), until: int = 1_000) -> dict[str, str]:
    case = case_with(name, folder)

    def dataset() -> Dataset:
        return SYSTEM.load(case)

    return dict(load_segments(case, SYSTEM, dataset, name=name, until=until))


def test_a_segmentation_has_only_units_seen_before_until() -> None:
    found = read("sides", until=10)
    assert set(found) == {f"r{at}" for at in range(10)}
    assert set(found.values()) == {"left", "right"}
    assert read("sides", until=20) | found == read("sides", until=20)


def test_the_segments_key_is_written_and_reads_back() -> None:
    case = case_with("sides")
    assert 'segments = "sides"' in write_case(case)
    assert parse_case(write_case(case), Path("case.toml")) == case
    validate_case(case, SYSTEM)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
def test_a_segment_file_gives_each_unit_its_segment(tmp_path: Path, suffix: str) -> None:
    rows = pl.DataFrame({"segment": ["new", "old", "old"], "else": [1, 2, 3], "unit": [7, 8, 9]})
    path = tmp_path / f"who{suffix}"
    if suffix == ".parquet":
        rows.write_parquet(path)
    else:
        rows.write_csv(path, separator="\t" if suffix == ".tsv" else ",")
    assert read(path.name, tmp_path) == {"7": "new", "8": "old", "9": "old"}
    validate_case(case_with(path.name, tmp_path), SYSTEM)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("unit,segmnt\na,x\n", ["no column 'segment'; the nearest is 'segmnt'", "experiment.segments"]),
        ("unit,segment\na,x\nb,\n", ["a segment is missing", "row 2"]),
        ("unit,segment\na,x\nb,y\na,y\n", ["unit 'a' has two rows", "row 3"]),
        ("", ["the file is empty"]),
    ],
)
def test_an_invalid_segment_file_is_refused_with_column_and_row(tmp_path: Path, text: str, words: list[str]) -> None:
    (tmp_path / "who.csv").write_text(text)
    with pytest.raises(DataError) as refused:
        read("who.csv", tmp_path)
    assert all(word in str(refused.value) for word in [*words, "who.csv"])


def test_a_missing_segment_file_is_refused_before_data_is_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        validate_case(case_with("nobody.csv", tmp_path), SYSTEM)


def test_the_error_for_an_unknown_segmentation_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(write_case(case_with("side")))
    with pytest.raises(CaseFileError, match="the nearest known is 'sides'") as refused:
        validate_case(case_with("side", tmp_path), SYSTEM)
    assert "case.toml:" in refused.value.where
    with pytest.raises(CaseFileError, match="known: sides"):
        read("personas")


def test_a_file_with_a_single_segment_is_refused(tmp_path: Path) -> None:
    (tmp_path / "who.csv").write_text("unit,segment\na,x\nb,x\n")
    with pytest.raises(NotIdentifiable, match="fewer than 2 segments"):
        read("who.csv", tmp_path)
