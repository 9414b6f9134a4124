"""Open a case by its folder, and parse written moments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starcase.app.moment_parsing import parse_case_moment
from starcase.app.workspace import HIDDEN, Workspace
from starcase.compute.executor import Executor
from starcase.errors import LedgerError

CaseLike = str | Path | Workspace
Moment = int | str


@contextmanager
def open_case(
    case: CaseLike, *, who: str = "", executor: Executor | None = None, recorded: bool = False
) -> Iterator[Workspace]:
    """Yield the open case; a case opened here is closed again, an open one passed in stays open.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        who: acts, for a case that is opened here; the login name when empty.
        executor: fits candidates, for a case that is opened here.
        recorded: whether the ledger must hold something already.

    Raises:
        CaseFileError: there is no case.
        LedgerError: nothing has been recorded yet.
    """
    if isinstance(case, Workspace):
        yield _require_record(case) if recorded else case
        return
    with Workspace.open(Path(case), actor=who, executor=executor) as work:
        yield _require_record(work) if recorded else work


def find_moment(work: Workspace, moment: Moment | None) -> int | None:
    """Return a moment as microseconds UTC; None stays None."""
    return parse_case_moment(work, moment) if isinstance(moment, str) else moment


def _require_record(work: Workspace) -> Workspace:
    ledger = work.root / HIDDEN / "ledger.sqlite"
    if not ledger.exists():
        mend = f"run `starcase check --case {work.root}` first"
        raise LedgerError("nothing has been recorded yet", where=str(ledger), mend=mend)
    return work
