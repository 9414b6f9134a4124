"""The hash of a decision log, now or at a recorded mark."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from hashlib import sha256
from itertools import islice
from typing import Any

import msgspec

from starcase.evidence.decisions.packing import DECISION_COLUMNS, unpack_decision
from starcase.evidence.decisions.string_table import StringTable
from starcase.evidence.records import LogMark

_DECISIONS = f"SELECT seq, {DECISION_COLUMNS} FROM decisions WHERE seq <= ? ORDER BY seq"  # noqa: S608
_SAID = "decision, name, at, value, weight"
_OUTCOMES = f"SELECT {_SAID} FROM outcomes ORDER BY {_SAID}"  # noqa: S608
_ARRIVED = """SELECT o.decision, o.name, o.at, o.value, o.weight FROM arrivals AS a JOIN outcomes AS o
    ON (o.decision, o.name, o.at, o.value, o.weight) = (a.decision, a.name, a.at, a.value, a.weight)
    WHERE a.seq <= ? ORDER BY 1, 2, 3, 4, 5"""
_ANSWERED = "SELECT s.model, count(*) FROM shadows AS s JOIN decisions AS d ON d.id = s.decision GROUP BY 1"
_SHADOWS = """SELECT s.decision, s.model, s.action, s.score, s.content, s.error FROM shadows AS s
    JOIN decisions AS d ON d.id = s.decision WHERE s.model = ? ORDER BY d.seq"""
_ALL_SHADOWS = "SELECT decision, model, action, score, content, error FROM shadows"
EVERYTHING = 2**62


def read_mark(connection: sqlite3.Connection, words: StringTable) -> LogMark:
    """Return the position of a log; later additions do not change its digest at this mark."""
    decisions, arrivals = (
        int(connection.execute(f"SELECT coalesce(max(seq), 0) FROM {table}").fetchone()[0])  # noqa: S608
        for table in ("decisions", "arrivals")
    )
    answered = ((words.word(model), int(n)) for model, n in connection.execute(_ANSWERED).fetchall())
    return LogMark(decisions=decisions, outcomes=arrivals, shadows=tuple(sorted(answered)))


def compute_digest(connection: sqlite3.Connection, words: StringTable, as_of: LogMark | None) -> str:
    """Return the hash of decisions, outcomes and shadow answers, without latencies and order of arrival.

    Args:
        connection: of the decision log.
        words: of the same log.
        as_of: only what stood there then, of each outcome what was said first; everything by default.
    """
    total, pack = sha256(), msgspec.msgpack.Encoder().encode
    for row in connection.execute(_DECISIONS, (EVERYTHING if as_of is None else as_of.decisions,)):
        one = unpack_decision(row, words)
        total.update(pack((*row[1:6], one.arm, one.model, row[8], one.action, *row[10:13], row[14])))
        total.update(pack(words.names(row[13])))
    said = connection.execute(*((_OUTCOMES,) if as_of is None else (_ARRIVED, (as_of.outcomes,))))
    for decision_id, name, *rest in said:
        total.update(pack((decision_id, words.word(name), *rest)))
    for line in sorted(
        (d, words.word(m), words.word(a), pack(rest)) for d, m, a, *rest in _iterate_shadows(connection, words, as_of)
    ):
        total.update(pack(line))
    return total.hexdigest()


def _iterate_shadows(
    connection: sqlite3.Connection, words: StringTable, as_of: LogMark | None
) -> Iterable[tuple[Any, ...]]:
    """Iterate over all shadow answers, or over each model's answers up to a mark, in the order of the log."""
    if as_of is None:
        yield from connection.execute(_ALL_SHADOWS)
        return
    for model, answers in as_of.shadows:
        yield from islice(connection.execute(_SHADOWS, (words.find(model),)), answers)
