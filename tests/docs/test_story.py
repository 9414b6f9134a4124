"""The chapter on the story shows the command's output."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from starcase.cli.main import run

REPO = Path(__file__).parents[2]


def test_answer_in_the_chapter_equals_the_command_output(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    chapter = (REPO / "docs" / "story.md").read_text(encoding="utf-8")
    shown = " ".join(line.removeprefix("> ") for line in re.findall(r"(?m)^> .*$", chapter))
    case = tmp_path / "case"
    shutil.copytree(REPO / "cases" / "journal" / "the-test-i-stopped", case, ignore=shutil.ignore_patterns(".starcase"))
    assert run(["check", "--case", str(case)]) == 0
    capfd.readouterr()
    assert run(["ask", "2", "--among", str(case), "--as", "Elif"]) == 0
    assert " ".join(shown.split()) in " ".join(capfd.readouterr().out.split())
