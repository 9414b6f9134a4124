"""Ask the logs a case names, and keep what they say."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from starcase.analysis import analyse
from starcase.errors import CaseFileError
from starcase.evidence import Entry
from starcase.evidence.records import AnalysisRecord
from starcase.workspace.history import present
from starcase.workspace.workspace import Workspace


def analysis(
    work: Workspace, name: str = "", *, reading: Callable[[str], None] = lambda _: None
) -> list[tuple[Entry, AnalysisRecord]]:
    """Ask one log, or each of them; asking again what has not changed adds nothing.

    Args:
        work: the opened case.
        name: of the log; all when empty.
        reading: told the path of each log before it is read.

    Raises:
        CaseFileError: the case names no log, or none of that name.
        DataError: a log cannot be used.
    """
    known = {spec.name: spec for spec in work.case.logs}
    if not known or (name and name not in known):
        raise CaseFileError(
            f"the case names no log {name!r}" if name else "the case names no logs",
            where=str(work.root),
            mend=f"known: {', '.join(known)}" if known else "add [[logs]] with name, path and outcome",
        )
    found = []
    for spec in [known[name]] if name else work.case.logs:
        reading(spec.path)
        record = analyse(work.root, spec, seed=work.case.seed)
        asked = repr((spec, work.case.seed, record.fingerprint.sha256))
        key = sha256(asked.encode()).hexdigest()[:16]
        found.append((work.ledger.append(record, key=key, at=present(work)), record))
    return found
