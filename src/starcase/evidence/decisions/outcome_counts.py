"""Counts of received outcomes, computed from stored rows, so the order of arrival does not matter."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from starcase.evidence.decisions.outcome import OutcomeCounts

NEVER = 2**62

_KEPT = "SELECT decision, name, at, value, weight, received FROM outcomes"
_TOUCHED = """SELECT o.decision, o.name, o.at, o.value, o.weight, o.received
    FROM (SELECT DISTINCT decision, name FROM incoming) AS i CROSS JOIN outcomes AS o
    ON o.decision = i.decision AND o.name = i.name"""
_COUNTS = """
WITH said AS (
    SELECT decision, name, min(at) AS first, sum(received) AS received FROM ({source})
    GROUP BY decision, name, value, weight),
kept AS (
    SELECT decision, min(first) AS first, sum(received) AS received, count(*) AS said FROM said GROUP BY decision, name)
SELECT coalesce(sum(k.received), 0), count(d.seq), count(*) - count(d.seq), coalesce(sum(k.received - k.said), 0),
       coalesce(sum(k.said - 1), 0), coalesce(sum(k.first - d.at > ?), 0)
FROM kept AS k LEFT JOIN decisions AS d ON d.id = k.decision
"""
_STATEMENT = """INSERT INTO outcomes (decision, name, at, value, weight, received)
    SELECT decision, name, at, value, weight, count(*) FROM incoming WHERE true GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT DO UPDATE SET received = received + excluded.received"""
_ARRIVALS = tuple(
    f"""INSERT INTO {table} (decision, name, at, value, weight)
    SELECT decision, name, at, value, weight FROM incoming AS i
    WHERE {known} (SELECT 1 FROM decisions AS d WHERE d.id = i.decision)"""  # noqa: S608
    for table, known in (("arrivals", "EXISTS"), ("early", "NOT EXISTS"))
)
_IN_ORDER = " ORDER BY i.rowid"
_NEW_ONES = """
    AND NOT EXISTS (SELECT 1 FROM outcomes AS o WHERE o.decision = i.decision AND o.name = i.name)
    AND NOT EXISTS (SELECT 1 FROM incoming AS j
        WHERE j.decision = i.decision AND j.name = i.name AND j.rowid < i.rowid)"""
_MET_BEFORE = """SELECT EXISTS (SELECT 1 FROM incoming AS i CROSS JOIN outcomes AS o
    ON o.decision = i.decision AND o.name = i.name)"""
_FIRST = "SELECT count(*), count(d.seq), {late} FROM incoming AS i LEFT JOIN decisions AS d ON d.id = i.decision"
_LATE = "coalesce(sum(i.at - d.at > {bound}), 0)"
_INCOMING = (
    "CREATE TEMP TABLE IF NOT EXISTS incoming (decision TEXT, name INTEGER, at INTEGER, value REAL, weight REAL)"
)


def count_outcomes(connection: sqlite3.Connection, late_after: int | None, *, touched: bool = False) -> OutcomeCounts:
    """Return the counts over the whole log, or over the decisions of the current batch.

    Args:
        connection: of the decision log.
        late_after: microseconds after the decision beyond which an outcome is late; None where nothing is.
        touched: only what the rows of ``incoming`` speak of.
    """
    query = _COUNTS.format(source=_TOUCHED if touched else _KEPT)
    bound = NEVER if late_after is None else late_after
    received, accepted, orphan, repeated, contradicting, late = connection.execute(query, (bound,)).fetchone()
    return OutcomeCounts(
        received=received,
        accepted=accepted,
        orphan=orphan,
        repeated=repeated,
        contradicting=contradicting,
        late=late,
    )


def insert_outcomes(
    connection: sqlite3.Connection, rows: Sequence[tuple[str, int, int, float, float]], late_after: int | None
) -> OutcomeCounts:
    """Store a batch of (decision, name, at, value, weight) and return the change of the counts."""
    connection.execute(_INCOMING)
    connection.execute("DELETE FROM incoming")
    connection.executemany("INSERT INTO incoming VALUES (?, ?, ?, ?, ?)", rows)
    met = connection.execute(_MET_BEFORE).fetchone()[0]
    if not met and len({row[:2] for row in rows}) == len(rows):
        _insert_arrivals(connection)
        connection.execute(_STATEMENT)
        return _count_first_statements(connection, late_after)
    _insert_arrivals(connection, _NEW_ONES)
    before = count_outcomes(connection, late_after, touched=True)
    connection.execute(_STATEMENT)
    return count_outcomes(connection, late_after, touched=True).since(before)


def _insert_arrivals(connection: sqlite3.Connection, which: str = "") -> None:
    """Append first statements to the arrivals; keep those without a logged decision separate."""
    for insert in _ARRIVALS:
        connection.execute(insert + which + _IN_ORDER)


def _count_first_statements(connection: sqlite3.Connection, late_after: int | None) -> OutcomeCounts:
    """Return the counts of a batch of first statements only, the common case."""
    late_ones = "0" if late_after is None else _LATE.format(bound=int(late_after))  # 0: no decision has to be read
    received, accepted, late = connection.execute(_FIRST.format(late=late_ones)).fetchone()
    return OutcomeCounts(
        received=received,
        accepted=accepted,
        orphan=received - accepted,
        repeated=0,
        contradicting=0,
        late=late,
    )
