"""The decision log as tables: decisions, outcomes known by a given time, and shadow answers."""

from __future__ import annotations

import sqlite3
from typing import Any

import polars as pl

from starcase.evidence.decisions.content import convert_to_json

DECISIONS: dict[str, pl.DataType] = {
    "seq": pl.Int64(),
    "id": pl.String(),
    "unit": pl.String(),
    "at": pl.Int64(),
    "plan_version": pl.Int64(),
    "bucket": pl.Int64(),
    "arm": pl.String(),
    "model": pl.String(),
    "propensity": pl.Float64(),
    "action": pl.String(),
    "score": pl.Float64(),
    "error": pl.String(),
    "latency_us": pl.Float64(),
    "outcome": pl.Float64(),
    "outcome_at": pl.Int64(),
    "outcome_weight": pl.Float64(),
}
SHADOW: dict[str, pl.DataType] = {
    "shadow_action": pl.String(),
    "shadow_score": pl.Float64(),
    "shadow_error": pl.String(),
    "shadow_latency_us": pl.Float64(),
}
CONTENT = "content"
SHADOW_CONTENT = f"shadow_{CONTENT}"
FOREVER = 2**62

_DECISIONS = """SELECT seq, id, unit, at, plan_version, bucket, arm, model, propensity, action, score, error, latency_us
    {content} FROM decisions WHERE seq > ? AND at >= ? AND at < ? ORDER BY seq"""
_OUTCOMES = """SELECT o.decision, o.value, o.at, o.weight FROM outcomes AS o {restriction}
    WHERE o.at <= ? AND o.name = ?{timely}"""
_TIMELY = " AND o.at BETWEEN d.at AND d.at + {within}"
_SHADOWS = """SELECT s.decision, s.action, s.score, s.error, s.latency_us {content} FROM shadows AS s {restriction}
    WHERE s.model = ?"""
_OF_THESE = "JOIN decisions AS d ON d.id = {id} AND d.seq > {after} AND d.at >= {since} AND d.at < {until}"


def read_decisions(
    connection: sqlite3.Connection, after: int, since: int, until: int, *, content: bool = False
) -> pl.DataFrame:
    """Decisions without outcomes, schema ``DECISIONS`` up to ``latency_us``; words as words, content as JSON."""
    names = [name for name in DECISIONS if not name.startswith("outcome")]
    numbers = {**{name: DECISIONS[name] for name in names}, **dict.fromkeys(("arm", "model", "action"), pl.Int64())}
    query = _DECISIONS.format(content=f", {CONTENT}" if content else "")
    table = _read_columns(
        connection.execute(query, (after, since, until)), _add_content_column(numbers, CONTENT, content=content)
    )
    table = _resolve_words(connection, table, ("arm", "model", "action")).with_columns(
        pl.col("score").fill_null(float("nan"))
    )
    return _decode_content(table, CONTENT)


def read_outcomes(
    connection: sqlite3.Connection, name: int, known_by: int, within: int, after: int, since: int, until: int
) -> pl.DataFrame:
    """Return for each decision the latest outcome statement known by ``known_by``: ``id`` and outcome columns.

    Two statements of the same moment are settled by value and weight, never by the order in which they came.
    """
    timely = _TIMELY.format(within=int(within)) if within < FOREVER else ""
    query = _OUTCOMES.format(restriction=_build_restriction("o.decision", after, since, until), timely=timely)
    schema = {"id": pl.String(), **{n: t for n, t in DECISIONS.items() if n.startswith("outcome")}}
    table = _read_columns(connection.execute(query, (known_by, name)), schema)
    return table.sort("outcome_at", "outcome", "outcome_weight").unique("id", keep="last", maintain_order=True)


def read_shadows(
    connection: sqlite3.Connection, model: int, after: int, since: int, until: int, *, content: bool = False
) -> pl.DataFrame:
    """``id`` and the shadow columns of one challenger's answers; content as JSON."""
    query = _SHADOWS.format(
        restriction=_build_restriction("s.decision", after, since, until), content=f", s.{CONTENT}" if content else ""
    )
    schema = _add_content_column(
        {"id": pl.String(), **SHADOW, "shadow_action": pl.Int64()}, SHADOW_CONTENT, content=content
    )
    table = _resolve_words(connection, _read_columns(connection.execute(query, (model,)), schema), ("shadow_action",))
    return _decode_content(table.with_columns(pl.col("shadow_score").fill_null(float("nan"))), SHADOW_CONTENT)


def _add_content_column(schema: dict[str, pl.DataType], name: str, *, content: bool) -> dict[str, pl.DataType]:
    return {**schema, name: pl.Binary()} if content else schema


def _decode_content(table: pl.DataFrame, name: str) -> pl.DataFrame:
    if name not in table.columns:
        return table
    return table.with_columns(pl.Series(name, map(convert_to_json, table[name]), dtype=pl.String()))


def _build_restriction(column: str, after: int, since: int, until: int) -> str:
    return _OF_THESE.format(id=column, after=int(after), since=int(since), until=int(until))


def _read_columns(rows: sqlite3.Cursor, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pl.DataFrame(
        [pl.Series(name, values, dtype=dtype) for (name, dtype), values in zip(schema.items(), columns, strict=True)]
    )


def _resolve_words(connection: sqlite3.Connection, table: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    words = dict(connection.execute("SELECT id, word FROM words").fetchall())
    old, new = list(words), list(words.values())
    return table.with_columns(
        pl.col(name).replace_strict(old, new, default=None, return_dtype=pl.String()) for name in columns
    )
