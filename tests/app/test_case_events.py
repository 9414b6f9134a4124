"""The events of a case: command lines, printed and run in order; an expected refusal is no failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from starcase.app.builtin_cases import list_builtin_cases, unpack
from starcase.app.case_events import Event, read_events
from starcase.errors import CaseFileError


def written(folder: Path, text: str) -> Path:
    (folder / "events").write_text(text)
    return folder


def test_a_comment_is_printed_before_the_line_below_it(tmp_path: Path) -> None:
    text = """# An aside.

# First we look,
# and then we judge.
starcase check
! starcase gate --candidate new \\
    --json
"""
    assert read_events(written(tmp_path, text)) == (
        Event(line=5, said="First we look, and then we judge.", words=("check",), refused=False),
        Event(line=7, said="", words=("gate", "--candidate", "new", "--json"), refused=True),
    )


@pytest.mark.parametrize("line", ["rm -rf /", "starcase", "! starcase", 'starcase note "open'])
def test_an_invalid_line_is_reported(line: str, tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="line 2"):
        read_events(written(tmp_path, f"starcase check\n{line}\n"))


def test_a_case_without_events_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="no events"):
        read_events(tmp_path)


def test_unpack_keeps_evidence_and_never_mixes_two_cases(tmp_path: Path) -> None:
    name, source = next(iter(list_builtin_cases().items()))
    home = unpack(name, tmp_path / "home")
    assert (home / "case.toml").read_bytes() == (source / "case.toml").read_bytes()
    (home / ".starcase").mkdir(exist_ok=True)
    (home / ".starcase" / "ledger.sqlite").write_bytes(b"evidence")
    unpack(name, home)
    assert (home / ".starcase" / "ledger.sqlite").read_bytes() == b"evidence"
    unpack(name, home, fresh=True)
    assert not (home / ".starcase").exists()
    (home / "case.toml").write_text("changed")
    with pytest.raises(CaseFileError, match=r"case\.toml differ"):
        unpack(name, home, fresh=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    with pytest.raises(CaseFileError, match="does not hold the built-in case"):
        unpack(name, tmp_path / "other")
    with pytest.raises(CaseFileError, match="no built-in case 'cards'"):
        unpack("cards", tmp_path / "new")
