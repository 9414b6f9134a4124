"""The decision log: served decisions, outcomes and shadow answers; no acknowledged write is lost."""

from __future__ import annotations

import math
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from starcase.errors import LedgerConflict, LedgerError, quote_value
from starcase.evidence.decisions import arrivals, digest, tables
from starcase.evidence.decisions.content import encode_content
from starcase.evidence.decisions.outcome import Arrival, Outcome, OutcomeCounts
from starcase.evidence.decisions.outcome_counts import count_outcomes, insert_outcomes
from starcase.evidence.decisions.packing import (
    DECISION_COLUMNS,
    pack_decision,
    pack_shadow_answer,
    unpack_decision,
    unpack_features,
)
from starcase.evidence.decisions.schema import DECISIONS
from starcase.evidence.decisions.served_decision import Scalar, ServedDecision, ShadowAnswer
from starcase.evidence.decisions.string_table import StringTable
from starcase.evidence.records import LogMark
from starcase.evidence.store import begin_savepoint, begin_transaction, connect, translate_errors

FOREVER = tables.FOREVER
_INSERT = f"INSERT OR IGNORE INTO decisions ({DECISION_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608
_READ = f"SELECT seq, {DECISION_COLUMNS} FROM decisions"  # noqa: S608


class DecisionLog:
    """Decisions in bulk, outcomes in bulk, shadow answers in bulk; a SQLite file several processes write and tail.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> log = DecisionLog.open(Path(folder.name, "decisions.sqlite"))
    >>> log.append([ServedDecision(id="t1", unit="card-7", at=5, plan_version=1,
    ...     bucket=3, arm="logistic", model="c0ffee",
    ...                    propensity=1.0, action="approve", score=0.25, features={"amount": 12.5})])
    1
    >>> log.outcomes([Outcome("t1", "fraud", 1.0, at=9), Outcome("t2", "fraud", 0.0, at=9)]).orphan
    1
    >>> log.table(known_by=8)["outcome"].to_list(), log.table(known_by=9)["outcome"].to_list()
    ([None], [1.0])
    >>> log.close(); folder.cleanup()
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, late_after: int | None) -> None:
        self._connection = connection
        self._words = StringTable(connection)
        self._lock = threading.RLock()
        self._late_after = late_after
        self.path = path

    @classmethod
    def open(cls, path: Path, *, late_after: int | None = None) -> Self:
        """Open or create a decision log.

        Args:
            path: the SQLite file; its folder must exist.
            late_after: an outcome that comes more than this many microseconds after its decision counts as late.

        Raises:
            LedgerCorrupt: the file is damaged.
            LedgerError: the file is another program's, or from a newer version.
        """
        return cls(connect(path, DECISIONS), path, late_after)

    def close(self) -> None:
        """Close the file; everything appended is already on disk."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(self, served: Sequence[ServedDecision]) -> int:
        """Store decisions in one durable transaction; they are on disk when this returns.

        A decision whose id is already logged is not kept again.

        Returns:
            The log's last seq.

        Raises:
            LedgerConflict: an id is already logged with another answer; nothing of the batch is kept.
        """
        with self._open_write():
            rows = [pack_decision(one, self._words) for one in served]
            if self._connection.executemany(_INSERT, rows).rowcount < len(rows):
                self._require_same(served)
            arrivals.take_early(self._connection, [one.id for one in served])
            return self._find_last()

    @contextmanager
    def open_transaction(self) -> Iterator[None]:
        """Open one durable transaction: all writes inside are stored, or none."""
        with self._open_write():
            yield

    def outcomes(self, outcomes: Sequence[Outcome]) -> OutcomeCounts:
        """Store outcomes in one durable transaction and return the change of the counts.

        Every statement is kept: late, repeated, contradicting, and those of decisions the log does not know (yet).

        Raises:
            LedgerError: a value or weight is not a finite number; nothing of the batch is kept.
        """
        if bad := next((o for o in outcomes if not (math.isfinite(o.value) and math.isfinite(o.weight))), None):
            raise LedgerError(
                f"the outcome {bad.name!r} of decision {bad.decision!r} is not a finite number",
                where=str(self.path),
                mend="send no outcome until it is known; a missing outcome is not a value",
            )
        with self._open_write():
            number = self._words.number
            rows = [(o.decision, number(o.name), o.at, o.value, o.weight) for o in outcomes]
            return insert_outcomes(self._connection, rows, self._late_after)

    def count_outcomes(self) -> OutcomeCounts:
        """Return the counts of all outcomes received so far; independent of their order."""
        with self._open_read():
            return count_outcomes(self._connection, self._late_after)

    def shadow(self, challenger_model: str, answers: Sequence[ShadowAnswer], *, through: int | None = None) -> int:
        """Store a challenger's answers and its offset in one durable transaction.

        Args:
            challenger_model: hash of the artefact that answered.
            answers: in the order of the log; an answer to a decision answered before is not kept again.
            through: the last seq this challenger need not see again; that of the last answer by default.

        Returns:
            How many answers were new.
        """
        with self._open_write():
            model = self._words.number(challenger_model)
            rows = [pack_shadow_answer(answer, model, self._words) for answer in answers]
            new = self._connection.executemany("INSERT OR IGNORE INTO shadows VALUES (?,?,?,?,?,?,?)", rows).rowcount
            if through is None and answers:
                found = self._fetch_one("SELECT seq FROM decisions WHERE id = ?", answers[-1].decision)
                through = None if found is None else int(found[0])
            if through is not None:
                self._connection.execute(
                    "INSERT INTO offsets VALUES (?, ?) ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)",
                    (model, through),
                )
            return max(new, 0)

    def find_shadow_offset(self, model: str) -> int:
        """Return the last seq that a challenger has answered; 0 before its first answer."""
        with self._open_read():
            number = self._words.find(model)
            found = None if number is None else self._fetch_one("SELECT seq FROM offsets WHERE model = ?", number)
        return 0 if found is None else int(found[0])

    def read(self, after: int = 0, limit: int = 1000) -> list[ServedDecision]:
        """Return at most ``limit`` decisions after seq ``after``, in order, as shadows read them."""
        with self._open_read():
            rows = self._connection.execute(f"{_READ} WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)).fetchall()
            return [unpack_decision(row, self._words) for row in rows]

    def features(self, after: int, through: int) -> Iterator[tuple[int, Mapping[str, Scalar]]]:
        """Return seq and features of each decision after ``after`` up to ``through``, in order."""
        asked = "SELECT seq, layout, features FROM decisions WHERE seq > ? AND seq <= ? ORDER BY seq"
        with self._open_read():
            for seq, layout, packed in self._connection.execute(asked, (after, through)):
                yield seq, unpack_features(layout, packed, self._words)

    def decision(self, id: str) -> ServedDecision | None:  # noqa: A002 - the word of the house
        """Return the decision ``id``; None if it was never served."""
        with self._open_read():
            row = self._fetch_one(f"{_READ} WHERE id = ?", id)
            return None if row is None else unpack_decision(row, self._words)

    def find_last_arrival(self) -> int:
        """The seq of the last arrival."""
        with self._open_read():
            return arrivals.find_last_arrival(self._connection)

    def arrivals(self, model: str, *, after: int = 0, through: int = FOREVER) -> list[Arrival]:
        """Return the first statement of each outcome of a model's decisions, in order of arrival.

        An outcome arrives when the log holds both it and its decision; the order never changes.

        Args:
            model: hash of the artefact.
            after: only arrivals after this seq.
            through: only arrivals up to this seq.
        """
        with self._open_read():
            return arrivals.read_arrivals(self._connection, self._words, model, after, through)

    def read_model_outcomes(self, model: str) -> list[tuple[ServedDecision, Outcome]]:
        """Return the first statement of each outcome of a model's decisions, in order of arrival."""
        return [(one.served, one.outcome) for one in self.arrivals(model)]

    def ids(self) -> Iterator[str]:
        """Return the ids of all decisions, unordered."""
        with self._open_read():
            for (id_,) in self._connection.execute("SELECT id FROM decisions"):
                yield id_

    def last(self) -> int:
        """Return the log's last seq, which is the number of decisions; 0 if it is empty."""
        with self._open_read():
            return self._find_last()

    def before(self, version: int) -> int:
        """Return the seq before the first decision under this plan version or a later one; the last seq if none is."""
        with self._open_read():
            found = self._fetch_one("SELECT min(seq) FROM decisions WHERE plan_version >= ?", version)
            return self._find_last() if found is None or found[0] is None else int(found[0]) - 1

    def table(
        self,
        *,
        known_by: int,
        outcome: str | None = None,
        within: int = FOREVER,
        after: int = 0,
        since: int = -FOREVER,
        until: int = FOREVER,
        content: bool = False,
    ) -> pl.DataFrame:
        """Return decisions in order with their outcomes known by a given time; columns as in ``tables.DECISIONS``.

        Args:
            known_by: outcomes that came later, in event time (microseconds UTC), are null.
            outcome: name of the outcome; may be left out while the log holds only one.
            within: outcomes that came before their decision, or more than this many microseconds after it, are null.
            after: only decisions after this seq.
            since: only decisions at this moment or later, microseconds UTC.
            until: only decisions before this moment.
            content: a further column ``content``, that of the answer as JSON with sorted keys; null where it has none.

        Raises:
            LedgerError: no outcome was named and the log holds several.
        """
        with self._open_read():
            served = tables.read_decisions(self._connection, after, since, until, content=content)
            name = self._find_outcome_name(outcome)
            known = tables.read_outcomes(
                self._connection, -1 if name is None else name, known_by, within, after, since, until
            )
        columns = [*tables.DECISIONS, *([tables.CONTENT] if content else [])]
        return served.join(known, on="id", how="left", maintain_order="left").select(columns)

    def pairs(
        self,
        challenger_model: str,
        *,
        known_by: int,
        outcome: str | None = None,
        within: int = FOREVER,
        after: int = 0,
        since: int = -FOREVER,
        until: int = FOREVER,
        content: bool = False,
    ) -> pl.DataFrame:
        """Return ``table`` with a challenger's shadow answers; null where it never saw the request.

        Further columns as in ``tables.SHADOW``; ``shadow_error`` is empty where it answered. With ``content`` there
        is also a ``shadow_content``.
        """
        with self._open_read():
            served = self.table(
                known_by=known_by,
                outcome=outcome,
                within=within,
                after=after,
                since=since,
                until=until,
                content=content,
            )
            number = self._words.find(challenger_model)
            answers = tables.read_shadows(
                self._connection, -1 if number is None else number, after, since, until, content=content
            )
        return served.join(answers, on="id", how="left", maintain_order="left")

    def mark(self) -> LogMark:
        """Return the position of the log, for a later ``digest`` of the same content."""
        with self._open_read():
            return digest.read_mark(self._connection, self._words)

    def digest(self, as_of: LogMark | None = None) -> str:
        """Return the hash of the content that is equal in two runs with the same seed.

        Latencies, the order of arrival, and how often an outcome was said again are no part of it.

        Args:
            as_of: only what stood in the log at that mark; everything by default.
        """
        with self._open_read():
            return digest.compute_digest(self._connection, self._words, as_of)

    def _find_outcome_name(self, outcome: str | None) -> int | None:
        if outcome is not None:
            return self._words.find(outcome)
        named = "SELECT id FROM words AS w WHERE EXISTS (SELECT 1 FROM outcomes AS o WHERE o.name = w.id) LIMIT 2"
        found = [int(row[0]) for row in self._connection.execute(named)]
        if len(found) > 1:
            raise LedgerError("the log holds outcomes of several names", mend="say which one: outcome='...'")
        return found[0] if found else None

    def _require_same(self, served: Sequence[ServedDecision]) -> None:
        for one in served:
            standing = self.decision(one.id)
            if standing is not None and _extract_answer(standing) != _extract_answer(one):
                raise LedgerConflict(
                    f"decision {one.id!r} is already logged with another answer",
                    where=f"{self.path}, decision {standing.seq}",
                    why=f"it answered {standing.action!r} at score {standing.score}"
                    f"{_describe_difference(standing, one)}",
                    mend="a decision is served once: give a new request a new id",
                )

    def _fetch_one(self, query: str, value: str | int) -> tuple[int, ...] | None:
        row: tuple[int, ...] | None = self._connection.execute(query, (value,)).fetchone()
        return row

    def _find_last(self) -> int:
        return int(self._connection.execute("SELECT coalesce(max(seq), 0) FROM decisions").fetchone()[0])

    @contextmanager
    def _open_write(self) -> Iterator[None]:
        with self._lock, translate_errors("decision log", self.path):
            try:
                with (begin_savepoint if self._connection.in_transaction else begin_transaction)(self._connection):
                    yield
            except BaseException:
                self._words.forget()
                raise

    @contextmanager
    def _open_read(self) -> Iterator[None]:
        with self._lock, translate_errors("decision log", self.path):
            yield


def _extract_answer(served: ServedDecision) -> tuple[object, ...]:
    score = "NaN" if math.isnan(served.score) else served.score
    return (
        served.unit, served.at, served.arm, served.model, served.action, score, served.error,
        encode_content(served.content)
    )  # fmt: skip


def _describe_difference(standing: ServedDecision, one: ServedDecision) -> str:
    """Return the logged content as text if it differs from the new one."""
    same = encode_content(standing.content) == encode_content(one.content)
    return "" if same else f" with the content {quote_value(standing.content)}"
