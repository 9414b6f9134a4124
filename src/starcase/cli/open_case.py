"""The evidence of a case that exists: verbs that only look never create one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starcase.cli.case_changes import announce_changes
from starcase.errors import LedgerError

if TYPE_CHECKING:
    from starcase.app import Workspace
    from starcase.compute.executor import Executor


def open_case(folder: Path, *, who: str = "", executor: Executor | None = None) -> Workspace:
    """The opened case; what was changed in its case.toml is named when it is recorded.

    Raises:
        CaseFileError: there is no case in ``folder``.
    """
    from starcase.app import Workspace

    return Workspace.open(folder, actor=who, executor=executor, changed=announce_changes)


def open_recorded_case(folder: Path, *, who: str = "", served: bool = False) -> Workspace:
    """The opened case, whose ledger holds something.

    Args:
        folder: the case's.
        who: is working.
        served: whether a folder will do from which models of one's own were served without a case.toml.

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
