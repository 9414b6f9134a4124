"""Outcomes in the order in which the log heard of them: what a model that learns has to know, and no more than that."""

from __future__ import annotations

import sqlite3

from starcase.evidence.decisions.outcome import Arrival, Outcome
from starcase.evidence.decisions.packing import DECISION_COLUMNS, decision
from starcase.evidence.decisions.words import Words

_OF_DECISIONS = ", ".join(f"d.{name.strip()}" for name in DECISION_COLUMNS.split(","))
_ARRIVALS = f"""SELECT a.seq, a.decision, a.name, a.value, a.at, a.weight, d.seq, {_OF_DECISIONS}
    FROM arrivals AS a LEFT JOIN decisions AS d ON d.id = a.decision
    WHERE (d.model = ? OR d.model IS NULL) AND """  # noqa: S608
BETWEEN = "a.seq > ? AND a.seq <= ? ORDER BY a.seq"
AMONG = "a.seq IN (SELECT value FROM json_each(?)) ORDER BY a.seq"


def arrivals(connection: sqlite3.Connection, words: Words, model: str, which: str, *given: int | str) -> list[Arrival]:
    """Those ``which`` asks for, of a model's decisions and of decisions that the log does not hold."""
    number = words.find(model)
    rows = connection.execute(_ARRIVALS + which, (-1 if number is None else number, *given)).fetchall()
    return [
        Arrival(
            seq=row[0],
            outcome=Outcome(row[1], words.word(row[2]), *row[3:6]),
            served=None if row[6] is None else decision(row[6:], words),
        )
        for row in rows
    ]


def last(connection: sqlite3.Connection) -> int:
    """The seq of the last one; 0 before the first."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM arrivals").fetchone()[0])
