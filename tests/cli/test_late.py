"""A time after the data, or a missing model file, is reported before anything is computed or served."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Run


@pytest.mark.parametrize(("until", "warned"), [("2999-01-01T00:00:00Z", True), ("1970-01-01T00:00:00.001Z", False)])
def test_contest_warns_if_until_is_after_the_data(folder: Path, starcase: Run, until: str, warned: bool) -> None:
    _, _, said = starcase("contest", "--case", folder, "--until", until, "--workers", "1")
    assert ("warning: the data end at" in said) is warned
    assert ("mend:  give an earlier --until" in said) is warned


def test_contest_on_all_data_warns_that_no_data_is_left_for_a_replay(folder: Path, starcase: Run) -> None:
    _, _, said = starcase("contest", "--case", folder, "--workers", "1")
    assert "the contest uses all of the data" in said
    assert "no unseen data is left for a replay" in said
    earlier = said.partition("such as ")[2].split()[0]
    _, _, said = starcase("contest", "--case", folder, "--workers", "1", "--until", earlier)
    assert "warning" not in said


@pytest.mark.parametrize("option", ["--champion", "--shadow"])
def test_serve_names_a_missing_model_file_before_it_creates_anything(
    tmp_path: Path, starcase: Run, option: str
) -> None:
    code, _, said = starcase("serve", "--case", tmp_path / "case", option, tmp_path / "gone.onnx")
    assert code == 7
    assert "there is no such file" in said
    assert "gone.onnx" in said
    assert not (tmp_path / "case").exists()
