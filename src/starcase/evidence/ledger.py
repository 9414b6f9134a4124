"""The ledger of a case: append-only records, verifiable by their hash chain."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar, cast

import msgspec

from starcase.errors import LedgerConflict, LedgerCorrupt, LedgerError
from starcase.evidence import codec
from starcase.evidence.entry import Entry
from starcase.evidence.figure import Figure
from starcase.evidence.hash_chain import COLUMNS, Row, compute_entry_hash
from starcase.evidence.records import Record
from starcase.evidence.schema import LEDGER
from starcase.evidence.store import begin_transaction, connect, translate_errors
from starcase.evidence.verification import Head, Verification, diagnose, verify

R = TypeVar("R", bound=Record)
PAGE = 1_000


class LedgerClock(Protocol):
    """The protocol of a clock; every ``starcase.tables.clock.Clock`` implements it."""

    def now(self) -> int:
        """Microseconds since the epoch, UTC."""
        ...


class _WallClock:
    def now(self) -> int:
        return time.time_ns() // 1000


class Ledger:
    """An append-only, hash-chained file of typed records that several processes may write to at once.

    >>> import tempfile
    >>> from starcase.evidence.records import NoteRecord
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Ledger.open(Path(folder.name, "ledger.sqlite"), case="cards", clock=_WallClock(), actor="ana") as ledger:
    ...     entry = ledger.append(NoteRecord(text="blocked too many"), key="first")
    ...     entry.id, ledger.verify().intact
    ('note-1', True)
    >>> folder.cleanup()
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        *,
        case: str,
        clock: LedgerClock,
        actor: str,
        wall: LedgerClock,
    ) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        self._clock = clock
        self._wall = wall
        self.path = path
        self.case = case
        self.actor = actor

    @classmethod
    def open(cls, path: Path, *, case: str, clock: LedgerClock, actor: str, wall: LedgerClock | None = None) -> Self:
        """Open or create the ledger of a case.

        Args:
            path: the SQLite file; its folder must exist.
            case: name of the case the ledger belongs to.
            clock: gives the event time of records that bring none.
            actor: who writes, unless an append says otherwise.
            wall: gives the time of recording; the machine's clock by default.

        Raises:
            LedgerCorrupt: the file is damaged.
            LedgerError: the file is another program's, from a newer version, or belongs to another case.
        """
        ledger = cls(connect(path, LEDGER), path, case=case, clock=clock, actor=actor, wall=wall or _WallClock())
        with translate_errors("ledger", path):
            first = ledger._read_rows("WHERE seq = (SELECT min(seq) FROM entries)")
        if first and first[0][2] != case:
            ledger.close()
            raise LedgerError(
                f"this is the ledger of case {first[0][2]!r}, not of {case!r}",
                where=str(path),
                mend="give each case a ledger of its own",
            )
        return ledger

    def close(self) -> None:
        """Close the file; everything appended is already on disk."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(self, record: Record, *, key: str = "", actor: str | None = None, at: int | None = None) -> Entry:
        """Append a record; it is on disk when this returns.

        Args:
            record: what to keep.
            key: a second append with the same key and kind returns the existing entry.
            actor: who wrote it; the ledger's actor by default.
            at: event time in microseconds UTC; the ledger's clock by default.

        Raises:
            LedgerConflict: the key already exists with other content (wall-clock figures are not compared).
            LedgerCorrupt: the chain's last record is not what its head says.
            LedgerError: the record cannot be written as it is, or the file cannot be extended.
        """
        payload = codec.encode(record)
        with self._lock, translate_errors("ledger", self.path), begin_transaction(self._connection):
            return self._append(record, payload, key, self.actor if actor is None else actor, at)

    def extend(self, records: Sequence[Record], *, actor: str | None = None, at: int | None = None) -> list[Entry]:
        """Add several records in one transaction: all of them, or none."""
        payloads = [codec.encode(record) for record in records]
        who = self.actor if actor is None else actor
        with self._lock, translate_errors("ledger", self.path), begin_transaction(self._connection):
            return [self._append(*both, "", who, at) for both in zip(records, payloads, strict=True)]

    def entries(self, kind: str | None = None, *, after: int = 0) -> Iterator[Entry]:
        """Entries in order, those of one kind where it is given, from the one after ``after``."""
        while page := self._read_rows(
            f"WHERE seq > ? {'' if kind is None else 'AND kind = ?'} ORDER BY seq LIMIT {PAGE}",
            (after,) if kind is None else (after, kind),
        ):
            for row in page:
                yield _decode_entry(row)
            after = page[-1][0]

    def of(self, record_type: type[R]) -> list[tuple[Entry, R]]:
        """All records of one type with their entries, in order."""
        return [(entry, cast("R", entry.record)) for entry in self.entries(record_type.KIND)]

    def last(self, record_type: type[R], where: Callable[[R], bool] = lambda _: True) -> tuple[Entry, R] | None:
        """Return the latest record of a type that satisfies ``where``."""
        return self._find_latest(record_type, "seq <= ? ORDER BY seq DESC", 2**62, where)

    def find_as_of(
        self, record_type: type[R], at: int, where: Callable[[R], bool] = lambda _: True
    ) -> tuple[Entry, R] | None:
        """The latest record of a type with event time ``at`` or before, for which ``where`` holds."""
        return self._find_latest(record_type, "at <= ? ORDER BY at DESC, seq DESC", at, where)

    def find_next(self, record_type: type[R], entry: Entry | None) -> tuple[Entry, R] | None:
        """Return the first record of a type after ``entry`` in event time; the first of all if ``entry`` is None."""
        bound = (-(2**62), 0) if entry is None else (entry.at, entry.seq)
        rows = self._read_rows(
            "WHERE kind = ? AND (at, seq) > (?, ?) ORDER BY at, seq LIMIT 1", (record_type.KIND, *bound)
        )
        return next(((found, cast("R", found.record)) for found in map(_decode_entry, rows)), None)

    def entry(self, id: str) -> Entry:  # noqa: A002 - the word of the house for a record's name
        """The entry called ``id``; raises LedgerError where there is none."""
        rows = self._read_rows("WHERE id = ?", (id,))
        if not rows:
            raise LedgerError(f"the ledger has no record {id!r}", where=str(self.path), mend="see `starcase log`")
        return _decode_entry(rows[0])

    def figures(self) -> Iterator[Figure]:
        """Every figure of every record, bound to its evidence: ``"<entry id>#<path>"``."""
        for entry in self.entries():
            for path, figure in codec.iterate_figures(entry.record):
                yield figure.with_evidence(f"{entry.id}#{path}")

    @property
    def size(self) -> int:
        """How many records there are."""
        return self._read_head().count

    def head(self) -> str:
        """The hash of the last record; a later comparison shows whether any earlier record was changed."""
        return self._read_head().hash

    def digest(self) -> str:
        """Return the hash of the content that is equal in two runs with the same seed.

        Wall-clock records are left out, wall-clock figures nulled, the time of recording is no part of it.
        """
        total = sha256()
        for row in self._iterate_rows():
            if not codec.is_clock(row[3]):
                total.update(msgspec.msgpack.encode((*row[1:8], codec.remove_clock_values(row[9]))))
        return total.hexdigest()

    def verify(self) -> Verification:
        """Read the whole chain and report every record that was changed, removed, inserted or reordered."""
        with self._lock, translate_errors("ledger", self.path):
            self._connection.execute("BEGIN")
            try:
                head = self._read_head()
                whole, count = verify(self._iterate_rows(), head)
                rows = [] if whole else list(self._iterate_rows())
            finally:
                self._connection.rollback()
        if whole:
            return Verification(count, head.hash, ())
        return Verification(len(rows), head.hash, diagnose(rows, head))

    def _append(self, record: Record, payload: bytes, key: str, actor: str, at: int | None) -> Entry:
        if key and (standing := self._read_rows("WHERE kind = ? AND key = ?", (record.KIND, key))):
            return self._require_same(standing[0], record, payload)
        head = self._read_head()
        last = self._read_rows("WHERE seq = ?", (head.count,)) if head.count else []
        if head.count and (not last or last[0][11] != head.hash):
            raise LedgerCorrupt(
                "no record can be appended: the last record does not match the head of the chain",
                where=f"{self.path}, record {head.count}",
                mend="run `starcase log --verify` and restore the ledger from a copy",
            )
        moment = self._clock.now() if at is None else at
        content = (
            *(
                head.count + 1,
                f"{record.KIND}-{self._find_next_number(record.KIND)}",
                self.case,
                record.KIND,
                record.VERSION,
            ),
            *(moment, actor, key, self._wall.now(), payload, head.hash),
        )
        row: Row = (*content, compute_entry_hash(content))
        self._connection.execute(f"INSERT INTO entries ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", row)  # noqa: S608
        self._connection.execute("UPDATE head SET count = ?, hash = ?", (row[0], row[11]))
        return _decode_entry(row)

    def _require_same(self, standing: Row, record: Record, payload: bytes) -> Entry:
        stands = codec.encode(_decode_entry(standing).record)
        if not record.CLOCK and codec.remove_clock_values(stands) != codec.remove_clock_values(payload):
            raise LedgerConflict(
                f"{standing[1]} already exists under the key {standing[7]!r} with other content",
                where=str(self.path),
                why="a key identifies one record",
                mend="append under another key; the existing record is not changed",
            )
        return _decode_entry(standing)

    def _find_next_number(self, kind: str) -> int:
        rows = self._read_rows("WHERE kind = ? ORDER BY seq DESC LIMIT 1", (kind,))
        return int(rows[0][1].rpartition("-")[2]) + 1 if rows else 1

    def _find_latest(
        self, record_type: type[R], condition: str, bound: int, where: Callable[[R], bool]
    ) -> tuple[Entry, R] | None:
        skipped, size = 0, 1
        while rows := self._read_rows(
            f"WHERE kind = ? AND {condition} LIMIT ? OFFSET ?", (record_type.KIND, bound, size, skipped)
        ):
            for row in rows:
                entry = _decode_entry(row)
                if where(cast("R", entry.record)):
                    return entry, cast("R", entry.record)
            skipped, size = skipped + size, PAGE
        return None

    def _read_head(self) -> Head:
        with self._lock, translate_errors("ledger", self.path):
            row = self._connection.execute("SELECT count, hash FROM head").fetchone()
        if row is None:
            raise LedgerCorrupt("the head of the chain is missing", where=str(self.path), mend="restore it from a copy")
        return Head(*row)

    def _read_rows(self, condition: str, values: tuple[str | int, ...] = ()) -> list[Row]:
        with self._lock, translate_errors("ledger", self.path):
            return self._connection.execute(f"SELECT {COLUMNS} FROM entries {condition}", values).fetchall()  # noqa: S608

    def _iterate_rows(self) -> Iterator[Row]:
        return self._connection.execute(f"SELECT {COLUMNS} FROM entries ORDER BY seq")  # noqa: S608


def _decode_entry(row: Row) -> Entry:
    seq, id_, case, kind, version, at, actor, key, recorded, payload, previous, hash_ = row
    record = codec.decode(kind, version, payload, where=f"record {seq} ({id_})")
    return Entry(
        seq=seq,
        id=id_,
        case=case,
        kind=kind,
        version=version,
        at=at,
        actor=actor,
        key=key,
        recorded=recorded,
        record=record,
        previous=previous,
        hash=hash_,
    )
