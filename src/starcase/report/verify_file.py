"""Verification of a story file against the ledger in a case folder; nothing else of the case is loaded."""

from __future__ import annotations

from pathlib import Path

from starcase.casefile.toml import read_case
from starcase.errors import LedgerError, StoryError
from starcase.evidence import Ledger
from starcase.report.story_verification import StoryFault, verify
from starcase.tables.clock import SystemClock


def verify_file(folder: Path, file: Path) -> tuple[StoryFault, ...]:
    """Return every fault of a Markdown or HTML story; none if it agrees with the records.

    Raises:
        CaseFileError: there is no case in ``folder``.
        LedgerError: nothing has been recorded yet.
        StoryError: there is no such file.
    """
    case = read_case(folder)
    path = (folder if folder.is_dir() else folder.parent) / ".starcase" / "ledger.sqlite"
    if not path.exists():
        mend = f"run `starcase check --case {folder}` first"
        raise LedgerError("nothing has been recorded yet", where=str(path), mend=mend)
    try:
        text = file.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise StoryError("there is no story here", where=str(file), mend="write it with `starcase story`") from error
    with Ledger.open(path, case=case.name, clock=SystemClock(), actor="") as ledger:
        return verify(text, file.suffix.removeprefix("."), ledger)
