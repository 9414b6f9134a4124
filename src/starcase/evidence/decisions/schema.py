"""The tables of a decision log."""

from __future__ import annotations

from starcase.evidence.store import Schema


def _build_append_only_triggers(table: str, columns: str = "") -> tuple[str, str]:
    return (
        f"""CREATE TRIGGER {table}_keep BEFORE UPDATE {columns} ON {table}
            BEGIN SELECT RAISE(ABORT, 'the decision log is append-only'); END""",
        f"""CREATE TRIGGER {table}_stay BEFORE DELETE ON {table}
            BEGIN SELECT RAISE(ABORT, 'the decision log is append-only'); END""",
    )


_VERSION_1 = (
    "CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)",
    "CREATE TABLE layouts (id INTEGER PRIMARY KEY, names BLOB NOT NULL UNIQUE)",
    """CREATE TABLE decisions (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, unit TEXT NOT NULL, at INTEGER NOT NULL,
        plan_version INTEGER NOT NULL, bucket INTEGER NOT NULL, arm INTEGER NOT NULL REFERENCES words,
        model INTEGER NOT NULL REFERENCES words, propensity REAL NOT NULL, action INTEGER NOT NULL REFERENCES words,
        score REAL, content BLOB, error TEXT NOT NULL, layout INTEGER NOT NULL REFERENCES layouts,
        features BLOB NOT NULL, latency_us REAL NOT NULL)""",
    """CREATE TABLE outcomes (
        decision TEXT NOT NULL, name INTEGER NOT NULL REFERENCES words, at INTEGER NOT NULL, value REAL NOT NULL,
        weight REAL NOT NULL, received INTEGER NOT NULL,
        PRIMARY KEY (decision, name, at, value, weight)) WITHOUT ROWID""",
    """CREATE TABLE shadows (
        model INTEGER NOT NULL REFERENCES words, decision TEXT NOT NULL, action INTEGER NOT NULL REFERENCES words,
        score REAL, content BLOB, error TEXT NOT NULL, latency_us REAL NOT NULL,
        PRIMARY KEY (model, decision)) WITHOUT ROWID""",
    "CREATE TABLE offsets (model INTEGER PRIMARY KEY REFERENCES words, seq INTEGER NOT NULL)",
    *_build_append_only_triggers("decisions"),
    *_build_append_only_triggers("shadows"),
    *_build_append_only_triggers("outcomes", "OF decision, name, at, value, weight"),
)

_VERSION_2 = ("ALTER TABLE decisions ADD COLUMN trace TEXT NOT NULL DEFAULT ''",)

_VERSION_3 = (
    """CREATE TABLE arrivals (
        seq INTEGER PRIMARY KEY, decision TEXT NOT NULL, name INTEGER NOT NULL REFERENCES words, at INTEGER NOT NULL,
        value REAL NOT NULL, weight REAL NOT NULL)""",
    """INSERT INTO arrivals (decision, name, at, value, weight)
        SELECT decision, name, min(at), value, weight FROM outcomes GROUP BY decision, name ORDER BY 3, 1, 2""",
    *_build_append_only_triggers("arrivals"),
)

_VERSION_4 = (
    """CREATE TABLE early (
        seq INTEGER PRIMARY KEY, decision TEXT NOT NULL, name INTEGER NOT NULL REFERENCES words, at INTEGER NOT NULL,
        value REAL NOT NULL, weight REAL NOT NULL)""",
    "CREATE INDEX early_decision ON early (decision)",
    """INSERT INTO early SELECT * FROM arrivals AS a
        WHERE NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.id = a.decision)""",
    "DROP TRIGGER arrivals_stay",
    "DELETE FROM arrivals WHERE seq IN (SELECT seq FROM early)",
    _build_append_only_triggers("arrivals")[1],
)

DECISIONS = Schema(
    what="decision log", application_id=0x53434431, migrations=(_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4)
)
