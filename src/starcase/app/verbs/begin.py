"""The verbs that begin a case: write it, read its data, ask its logs."""

from __future__ import annotations

from pathlib import Path

from starcase.app.commands.analysis import analysis as analyse_logs
from starcase.app.commands.check import check as check_case
from starcase.app.commands.new_case import CaseDraft, write_new_case
from starcase.app.verbs.case_opening import CaseLike, open_case
from starcase.contract.case_spec import Case
from starcase.evidence import Entry
from starcase.evidence.records import AnalysisRecord, CheckRecord


def new(folder: str | Path, draft: CaseDraft) -> Case:
    """Write a commented case.toml for your own data and return the case; nothing is overwritten.

    Args:
        folder: of the case; made where it is not there.
        draft: the system, the columns, and what the case begins with.

    Raises:
        CaseFileError: there is a case already, or the system needs data and the draft names none.
        DataError: the data cannot be read, or lack a column.
    """
    return write_new_case(Path(folder), draft)


def check(case: CaseLike, *, who: str = "") -> tuple[Entry, CheckRecord]:
    """Read the data of a case, fingerprint it, and record what is wrong with it.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        who: acts; the ledger keeps it.

    Raises:
        CaseFileError: there is no case, or it does not agree with its system.
        DataError: the data cannot be read.
    """
    with open_case(case, who=who) as work:
        return check_case(work)


def analysis(case: CaseLike, log: str = "", *, who: str = "") -> list[tuple[Entry, AnalysisRecord]]:
    """Analyse one log of a case, or all of them, and record the results.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        log: its name in case.toml, or ``"decisions"``; all of them when empty.
        who: acts; the ledger keeps it.

    Raises:
        CaseFileError: the case names no such log.
        DataError: a log cannot be used.
        RolloutError: no model that learns has served.
    """
    with open_case(case, who=who) as work:
        return analyse_logs(work, log)
