"""Record the current wording of the case, and which of its keys changed after a result was recorded."""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version

from starcase.app.replay_progress import find_present_time
from starcase.app.workspace import Workspace
from starcase.casefile.toml import resolve_case
from starcase.errors import LedgerConflict
from starcase.evidence.changes import find_last_result
from starcase.evidence.records import CaseRecord
from starcase.evidence.settings import find_changed_settings

NO_SYSTEM = "none"


def record_case(work: Workspace, *, at: int | None = None) -> str:
    """Write the resolved case into the ledger if its wording has changed; every command begins with this call.

    Args:
        work: the opened case.
        at: event time of the first record of an empty ledger, microseconds UTC; where it is None such a ledger stays
            empty. In any other the case is dated to the moment that it has reached.

    Returns:
        The id of the case record in force; empty where there is none.
    """
    if work.case.system == NO_SYSTEM:
        return ""
    text, last = resolve_case(work.case), work.ledger.last(CaseRecord)
    if last is not None and last[1].resolved == text:
        return last[0].id
    before = "" if last is None else last[0].id
    record = CaseRecord(
        name=work.case.name, system=work.case.system, resolved=text, starcase_version=_read_version(),
        changes=() if last is None else find_changed_settings(last[1].resolved, text),
        after="" if last is None else find_last_result(work.ledger),
    )  # fmt: skip
    begun = next(iter(work.ledger.entries()), None) is not None
    moment = find_present_time(work) if begun else at
    if moment is None:
        return ""
    key = sha256(repr((before, text)).encode()).hexdigest()[:16]
    try:
        entry = work.ledger.append(record, key=key, at=moment)
    except LedgerConflict:
        return _find_concurrent_record(work)
    if record.changes:
        work.changed(entry)
    return entry.id


def _find_concurrent_record(work: Workspace) -> str:
    """Return the id of the same wording that another process recorded at the same time."""
    last = work.ledger.last(CaseRecord)
    assert last is not None
    return last[0].id


def _read_version() -> str:
    try:
        return version("starcase")
    except PackageNotFoundError:
        return "unknown"
