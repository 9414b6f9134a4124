"""Outcomes in order of arrival, counted from when both decision and outcome are logged; for models that learn.

The order is the log's own, so every process sees the same one. An outcome that is quicker than its decision's way into
the log is kept apart, and takes its place when the decision comes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from starcase.evidence.decisions.outcome import Arrival, Outcome
from starcase.evidence.decisions.packing import DECISION_COLUMNS, unpack_decision
from starcase.evidence.decisions.string_table import StringTable

_OF_DECISIONS = ", ".join(f"d.{name.strip()}" for name in DECISION_COLUMNS.split(","))
_ARRIVALS = f"""SELECT a.seq, a.decision, a.name, a.value, a.at, a.weight, d.seq, {_OF_DECISIONS}
    FROM arrivals AS a JOIN decisions AS d ON d.id = a.decision
    WHERE d.model = ? AND a.seq > ? AND a.seq <= ? ORDER BY a.seq"""  # noqa: S608
_TAKE = """INSERT INTO arrivals (decision, name, at, value, weight)
    SELECT decision, name, at, value, weight FROM early WHERE decision = ? ORDER BY seq"""


def read_arrivals(
    connection: sqlite3.Connection, words: StringTable, model: str, after: int, through: int
) -> list[Arrival]:
    """Those of a model's decisions between two seqs, the first excluded."""
    number = words.find(model)
    rows = connection.execute(_ARRIVALS, (-1 if number is None else number, after, through)).fetchall()
    return [
        Arrival(
            seq=row[0], outcome=Outcome(row[1], words.word(row[2]), *row[3:6]), served=unpack_decision(row[6:], words)
        )
        for row in rows
    ]


def find_last_arrival(connection: sqlite3.Connection) -> int:
    """Return the seq of the last arrival; 0 before the first."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM arrivals").fetchone()[0])


def take_early(connection: sqlite3.Connection, decisions: Sequence[str]) -> None:
    """Give outcomes received before their decision a position, decision by decision."""
    if connection.execute("SELECT 1 FROM early LIMIT 1").fetchone() is None:
        return
    waiting = [
        (one,) for one in decisions if connection.execute("SELECT 1 FROM early WHERE decision = ?", (one,)).fetchone()
    ]
    connection.executemany(_TAKE, waiting)
    connection.executemany("DELETE FROM early WHERE decision = ?", waiting)
