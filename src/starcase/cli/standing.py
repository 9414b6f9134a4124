"""The evidence of a case that exists: verbs that only look never create one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starcase.errors import LedgerError

if TYPE_CHECKING:
    from starcase.workspace import Workspace


def standing(folder: Path, *, who: str = "") -> Workspace:
    """The opened case, whose ledger holds something.

    Raises:
        CaseFileError: there is no case in ``folder``.
        LedgerError: nothing has been recorded yet.
    """
    from starcase.workspace import Workspace

    work = Workspace.open(folder, actor=who)
    ledger = work.root / ".starcase" / "ledger.sqlite"
    if not ledger.exists():
        raise LedgerError(
            "nothing has been recorded yet", where=str(ledger), mend=f"run `starcase check --case {folder}` first"
        )
    return work
