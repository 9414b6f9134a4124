"""Opening an existing case; commands that only read never create a ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starcase.cli.case_changes import announce_changes
from starcase.errors import LedgerError

if TYPE_CHECKING:
    from starcase.app import Workspace
    from starcase.compute.executor import Executor


def open_case(folder: Path, *, who: str = "", executor: Executor | None = None) -> Workspace:
    """Open a case; changes to its case.toml are printed when they are recorded.

    Raises:
        CaseFileError: there is no case in ``folder``.
    """
    from starcase.app import Workspace

    return Workspace.open(folder, actor=who, executor=executor, changed=announce_changes)


def open_recorded_case(folder: Path, *, who: str = "", served: bool = False) -> Workspace:
    """Open a case that has a ledger.

    Args:
        folder: the folder of the case.
        who: the name of the person who acts.
        served: whether to accept a folder without a case.toml from which the user's own models were served.

    Raises:
        CaseFileError: there is no case in ``folder``.
        LedgerError: nothing has been recorded yet.
    """
    from starcase.app.user_models import open_folder

    alone = served and (folder / ".starcase" / "ledger.sqlite").is_file()
    work = open_folder(folder, actor=who, changed=announce_changes) if alone else open_case(folder, who=who)
    ledger = work.root / ".starcase" / "ledger.sqlite"
    if not ledger.exists():
        raise LedgerError(
            "nothing has been recorded yet", where=str(ledger), mend=f"run `starcase check --case {folder}` first"
        )
    return work
