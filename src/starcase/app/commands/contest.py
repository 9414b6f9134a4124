"""Run a contest and store its record, costs, rows and models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import msgspec
import polars as pl

from starcase.app.candidate_identity import Entrant, find_reader, hash_ground, list_entrants
from starcase.app.commands.case_wording import record_case
from starcase.app.workspace import Workspace
from starcase.casefile.toml import resolve_case
from starcase.casefile.verdict_settings import CONTEST, select_verdict_settings
from starcase.evidence import Entry
from starcase.evidence.records import ContestRecord, CostRecord
from starcase.stages.contest import ContestCheckpoint, run

UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestResult:
    """A recorded contest; its models are stored under the hashes of ``record.standings``.

    ``stands`` is True if it was recorded before and none of its inputs has changed since. ``values`` is a
    Parquet file with one row a candidate, fold and matured decision, one struct column a metric.
    """

    entry: Entry
    record: ContestRecord
    cost: CostRecord
    values: Path
    stands: bool = field(default=False, compare=False)


def contest(work: Workspace, *, since: int | None = None, until: int | None = None) -> ContestResult:
    """Run the case's contest on the data known before ``until``.

    With unchanged data, tables, code and case, it returns the recorded contest and fits nothing.

    Args:
        work: the opened case.
        since: nothing before this moment is used, microseconds UTC.
        until: nothing at or after this moment is used; the end of the data by default.

    Raises:
        DataError, PluginError, NotComparable, CaseFileError: see ``starcase.stages.contest.contest_run``.
    """
    record_case(work)
    start, last = work.dataset.span()
    wording = record_case(work, at=start)
    end = last if until is None else min(until, last)
    field = list_entrants(work)
    key = _compute_key(work, field, since, end)
    name = f"contest-{_find_number(work, key)}"
    values = work.store / "tables" / f"{name}.parquet"
    return _find_recorded(work, key, values) or _run_contest(
        work, field, key, name, values, (since, until, end), wording
    )


def _find_recorded(work: Workspace, key: str, values: Path) -> ContestResult | None:
    found = next(((entry, record) for entry, record in work.ledger.of(ContestRecord) if entry.key == key), None)
    cost = next((record for entry, record in work.ledger.of(CostRecord) if entry.key == key), None)
    if found is None or cost is None or not values.exists():
        return None
    kept = all(standing.model in work.artefacts for standing in found[1].standings)
    return ContestResult(entry=found[0], record=found[1], cost=cost, values=values, stands=True) if kept else None


def _run_contest(
    work: Workspace,
    field: Sequence[Entrant],
    key: str,
    name: str,
    values: Path,
    bounds: tuple[int | None, int | None, int],
    wording: str,
) -> ContestResult:
    since, until, end = bounds
    readers = {one.candidate.name: one.reader for one in field}
    readers |= {one.name: find_reader(work, one.name) for one in work.system.baselines(work.case)}
    unfinished = ContestCheckpoint(folder=work.store / UNFINISHED, token=f"{key} {version('starcase')}")
    held = run(
        work.case, work.system, work.dataset, [one.candidate for one in field], work.executor,
        contest=name, since=since, until=until, unfinished=unfinished,
        identify=lambda candidate, files: readers[candidate].identify(files),
    )  # fmt: skip
    _write_table(held.values, values)
    for candidate, fitted in held.fitted.items():
        work.artefacts.save(fitted.files, readers[candidate])
    record = replace(held.record, settings=select_verdict_settings(work.case, CONTEST), wording=wording)
    entry = work.ledger.append(record, key=key, at=end)
    work.ledger.append(held.cost, key=key, at=end)
    unfinished.clear()
    return ContestResult(entry=entry, record=record, cost=held.cost, values=values)


def _write_table(table: pl.DataFrame, path: Path) -> None:
    """Write the table atomically."""
    path.parent.mkdir(exist_ok=True)
    table.write_parquet(path.with_suffix(".writing"))
    path.with_suffix(".writing").replace(path)


def _compute_key(work: Workspace, field: Sequence[Entrant], since: int | None, end: int) -> str:
    asked = (resolve_case(work.case), hash_ground(work), since, end, [one.reader for one in field])
    return sha256(msgspec.json.encode(asked, order="sorted")).hexdigest()[:16]


def _find_number(work: Workspace, key: str) -> int:
    standing = [entry.key for entry, _ in work.ledger.of(ContestRecord)]
    return standing.index(key) + 1 if key in standing else len(standing) + 1
