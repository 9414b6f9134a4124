"""Check that the files records name by hash are unchanged: tables, data, models, the decision log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import polars as pl

from starcase.app.workspace import Workspace
from starcase.errors import ArtefactError, StarcaseError
from starcase.evidence.records import (
    CheckRecord,
    ContestRecord,
    GateRecord,
    RefitRecord,
    ReplayPlanRecord,
    ReplayRecord,
    ShadowRecord,
    StepRecord,
)
from starcase.tables.fingerprint import compute_fingerprint

State = Literal["intact", "changed", "missing", "not checked"]
BEFORE = "recorded with a hash of version 0.1"
DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencedArtefact:
    """One artefact outside the ledger that records name, and its current state.

    Args:
        records: ids of the records that name it.
        what: ``"table"``, ``"data"``, ``"model"`` or ``"decision log"``.
        where: the file or folder.
        state: what it is now; ``"not checked"`` where that cannot be said.
        expected: what the records say it is.
        found: what was found, or why nothing could be.
    """

    records: tuple[str, ...]
    what: Literal["table", "data", "model", "decision log"]
    where: str
    state: State
    expected: str
    found: str

    @property
    def is_fault(self) -> bool:
        """Whether it differs from the records."""
        return self.state in {"changed", "missing"}

    def __str__(self) -> str:
        of, expected = f"{self.what} of {', '.join(self.records)}", f"expected {self.expected[:DIGITS]}"
        if self.state == "not checked":
            return f"the {of} at {self.where} {self._be} not checked: {self.found}"
        if self.state == "missing":
            return f"the {of} {self._be} not at {self.where}: {expected}, found nothing"
        of = f"{'those' if self.what == 'data' else 'that'} of {', '.join(self.records)}"
        changed = "not " if self.state == "changed" else ""
        return f"the {self.what} at {self.where} {self._be} {changed}{of}: {expected}, {self.found}"

    @property
    def _be(self) -> str:
        return "are" if self.what == "data" else "is"


def read_back(work: Workspace) -> tuple[ReferencedArtefact, ...]:
    """Read everything outside the ledger that its records name by hash; the data last, because they take longest.

    Args:
        work: the opened case, its chain intact.

    Raises:
        LedgerError: a record of the ledger or the decision log cannot be read.
    """
    return (*_verify_tables(work), *_verify_models(work), *_verify_logs(work), *_verify_data(work))


def _verify_tables(work: Workspace) -> Iterator[ReferencedArtefact]:
    for entry, contest in work.ledger.of(ContestRecord):
        path = work.store / "tables" / f"{contest.contest}.parquet"
        state: State = "changed"
        if not path.is_file():
            state, found = "missing", "found nothing"
        elif not contest.canonical:
            state, found = "not checked", BEFORE
        else:
            try:
                sha256 = compute_fingerprint(pl.read_parquet(path), path=str(path)).sha256
            except (OSError, pl.exceptions.PolarsError) as error:
                found = f"found no readable table ({type(error).__name__})"
            else:
                state, found = _compare_hashes(contest.values_sha256, sha256)
        yield ReferencedArtefact(
            records=(entry.id,), what="table", where=str(path), state=state, expected=contest.values_sha256, found=found
        )


def _verify_models(work: Workspace) -> Iterator[ReferencedArtefact]:
    named: dict[str, list[str]] = {}
    for id_, model in _list_model_hashes(work):
        if model and id_ not in named.setdefault(model, []):
            named[model].append(id_)
    for model, records in named.items():
        state: State = "intact"
        found = "found that"
        if model not in work.artefacts:
            state = "missing"
        else:
            try:
                work.artefacts.load(model)
            except ArtefactError as error:
                state, found = "changed", f"found that {error.why} ({error.where})"
        where = str(work.artefacts.path(model))
        yield ReferencedArtefact(
            records=tuple(records), what="model", where=where, state=state, expected=model, found=found
        )


def _list_model_hashes(work: Workspace) -> Iterator[tuple[str, str]]:
    """Return every record that names a model, with the model's hash."""
    for entry in work.ledger.entries():
        match entry.record:
            case ContestRecord(standings=standings):
                yield from ((entry.id, standing.model) for standing in standings)
            case GateRecord(model=model) | ShadowRecord(model=model) | ReplayPlanRecord(challenger_model=model):
                yield entry.id, model
            case RefitRecord(model=model, measured=measured):
                yield from ((entry.id, one) for one in (model, measured))
            case StepRecord(champion_model=champion, challenger_model=challenger):
                yield from ((entry.id, model) for model in (champion, challenger))
            case _:
                pass


def _verify_logs(work: Workspace) -> Iterator[ReferencedArtefact]:
    path = work.store / "decisions.sqlite"
    for entry, replay in work.ledger.of(ReplayRecord):
        state: State = "changed"
        if not path.is_file():
            state, found = "missing", "found nothing"
        elif replay.log is None:
            state, found = "not checked", BEFORE
        elif (last := work.log.last()) < replay.log.decisions:
            found = f"found {last} decisions of {replay.log.decisions}"
        else:
            state, found = _compare_hashes(replay.log_sha256, work.log.digest(replay.log))
        yield ReferencedArtefact(
            records=(entry.id,), what="decision log", where=str(path), state=state, expected=replay.log_sha256,
            found=found,
        )  # fmt: skip


def _verify_data(work: Workspace) -> Iterator[ReferencedArtefact]:
    named: dict[str, list[str]] = {}
    for entry, check in work.ledger.of(CheckRecord):
        named.setdefault(check.fingerprint.sha256, []).append(entry.id)
    for entry, contest in work.ledger.of(ContestRecord):
        named.setdefault(contest.data_sha256, []).append(entry.id)
    if not named:
        return
    where, now, why = work.case.data.path, "", ""
    try:
        now = work.dataset.check().fingerprint.sha256
    except (StarcaseError, OSError) as error:
        why = f"the data cannot be read: {error.what if isinstance(error, StarcaseError) else error}"
    for expected, records in named.items():
        state, found = _compare_hashes(expected, now) if now else ("not checked", why)
        yield ReferencedArtefact(
            records=tuple(records), what="data", where=where, state=state, expected=expected, found=found
        )


def _compare_hashes(expected: str, found: str) -> tuple[State, str]:
    return ("intact" if found == expected else "changed"), f"found {found[:DIGITS]}"
