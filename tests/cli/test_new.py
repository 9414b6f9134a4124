from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Run

from starcase.casefile.toml import read_case


def arguments(folder: Path, data: Path, *more: str) -> list[str]:
    return ["new", str(folder), "--system", "toy", "--data", str(data), "--target", "bad", "--time", "at", *more]


def test_new_needs_only_target_and_time_columns(tmp_path: Path, data: Path, site: Path, starcase: Run) -> None:
    assert site.is_dir()
    code, out, err = starcase(*arguments(tmp_path / "My case", data))
    assert (code, err) == (0, "")
    case = read_case(tmp_path / "My case")
    assert (case.name, case.title, case.data.path) == ("My-case", "My case", str(data))
    assert (case.objective.metric, case.incumbent) == ("squared_error", "weak")
    assert f"next: starcase check --case {tmp_path / 'My case'}" in out
    code, _, _ = starcase("check", "--case", tmp_path / "My case")
    assert code == 0


def test_a_relative_data_path_is_written_relative_to_the_case(
    tmp_path: Path, data: Path, site: Path, starcase: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.is_dir()
    monkeypatch.chdir(tmp_path)
    assert starcase(*arguments(Path("a/b"), Path(data.name), "--entity", "who=x", "--delay", "7d"))[0] == 0
    case = read_case(tmp_path / "a" / "b")
    assert case.data.path == "../../rows.csv"
    assert (case.data.entities, case.data.delay) == ({"who": "x"}, "7d")


def test_new_does_not_overwrite_a_case(data: Path, folder: Path, starcase: Run) -> None:
    before = (folder / "case.toml").read_text()
    code, _, err = starcase(*arguments(folder, data))
    assert code == 3
    assert "here already" in err
    assert (folder / "case.toml").read_text() == before


def test_new_refuses_invalid_input_and_writes_nothing(tmp_path: Path, data: Path, site: Path, starcase: Run) -> None:
    assert site.is_dir()
    target = tmp_path / "c"
    good = arguments(target, data)
    for more, code, words in [
        (["--unit", "ats"], 4, "no column 'ats'; the nearest is 'at'"),
        (["--system", "toys"], 8, "the nearest known is 'toy'"),
        (["--data", str(tmp_path / "gone.csv")], 4, "no such file"),
        (["--metric", "squared"], 3, "the nearest known is 'squared_error'"),
        (["--incumbent", "weka"], 3, "the nearest known is 'weak'"),
        (["--delay", "soon"], 3, "'soon' is not a length of time"),
        (["--entity", "x"], 2, "NAME=COLUMN"),
        (["--option", "x"], 2, "KEY=VALUE"),
    ]:
        got, _, err = starcase(*good, *more)
        assert (got, words in err) == (code, True), err
        assert not target.exists()
