"""Check a case: that case.toml agrees with its system, and its data with case.toml."""

from __future__ import annotations

from hashlib import sha256

from starcase.app.cohort_checks import require_known_cohorts
from starcase.app.commands.candidate_trial import try_own
from starcase.app.commands.case_wording import record_case
from starcase.app.workspace import Workspace
from starcase.casefile.toml import resolve_case
from starcase.contract.system import NotesDataset
from starcase.evidence import Entry
from starcase.evidence.records import CheckRecord
from starcase.extensions.case_validation import validate_case
from starcase.stages.gate import collect_shared_gates
from starcase.stages.monitor import list_guard_names


def check(work: Workspace) -> tuple[Entry, CheckRecord]:
    """Read the data, record its fingerprint, the findings and the resolved case, and try the user's candidates once.

    What people wrote in their own data becomes notes. Nothing is recorded unless everything could be read; checking
    again what has not changed adds nothing.

    Args:
        work: the opened case.

    Raises:
        CaseFileError: the case names a metric, candidate, gate or guard that its system lacks, or a cohort by a feature
            that no request carries.
        DataError: the data cannot be used.
        PluginError: a candidate of the user fails on a few rows.
    """
    validate_case(
        work.case, work.system, gates=collect_shared_gates(work.case, work.system), guards=list_guard_names(work.system)
    )
    require_known_cohorts(work)
    record = work.dataset.check()
    try_own(work)
    start = work.dataset.span()[0]
    asked = (resolve_case(work.case), record.fingerprint.sha256)
    record_case(work, at=start)
    entry = work.ledger.append(record, key=sha256(repr(asked).encode()).hexdigest()[:16], at=start)
    if isinstance(work.dataset, NotesDataset):
        for note, who in work.dataset.records():
            work.ledger.append(note, key=sha256(repr(note).encode()).hexdigest()[:16], at=start, actor=who)
    return entry, record
