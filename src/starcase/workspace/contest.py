"""Hold a contest, and keep everything of it: the record, the costs, the rows, the models."""

from __future__ import annotations

from hashlib import sha256

from starcase.case.toml import resolved_case
from starcase.contest import Contest, run
from starcase.evidence.records import ContestRecord
from starcase.workspace.workspace import Workspace


def contest(work: Workspace, *, since: int | None = None, until: int | None = None) -> Contest:
    """Hold the case's contest on what is known before ``until``.

    Running it again on unchanged data gives the records that stand. The rows every metric was computed from are kept
    in ``.starcase/tables``, the models under their hashes.

    Args:
        work: the opened case.
        since: nothing before this moment is used, microseconds UTC.
        until: nothing at or after this moment is used; the end of the data by default.

    Raises:
        DataError, PluginError, NotComparable, CaseFileError: see ``starcase.contest.run``.
    """
    end = work.dataset.span()[1] if until is None else until
    key = _key(work, since, end)
    held = run(
        work.case, work.system, work.dataset, work.candidates, work.executor,
        contest=f"contest-{_number(work, key)}", since=since, until=until,
    )  # fmt: skip
    tables = work.store / "tables"
    tables.mkdir(exist_ok=True)
    held.values.write_parquet(tables / f"{held.record.contest}.parquet")
    for fitted in held.fitted.values():
        work.artefacts.save(fitted.files)
    work.ledger.append(held.record, key=key, at=end)
    work.ledger.append(held.cost, key=key, at=end)
    return held


def _key(work: Workspace, since: int | None, end: int) -> str:
    asked = (resolved_case(work.case), work.dataset.check().fingerprint.sha256, since, end)
    return sha256(repr(asked).encode()).hexdigest()[:16]


def _number(work: Workspace, key: str) -> int:
    standing = [entry.key for entry, _ in work.ledger.of(ContestRecord)]
    return standing.index(key) + 1 if key in standing else len(standing) + 1
