"""The tables of a ledger; a file of an older version is migrated when it is opened."""

from __future__ import annotations

from starcase.evidence.hash_chain import GENESIS
from starcase.evidence.store import Schema

_VERSION_1 = (
    """CREATE TABLE entries (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "case" TEXT NOT NULL, kind TEXT NOT NULL,
        version INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, key TEXT NOT NULL,
        recorded INTEGER NOT NULL, payload BLOB NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL)""",
    "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), count INTEGER NOT NULL, hash TEXT NOT NULL)",
    f"INSERT INTO head VALUES (1, 0, '{GENESIS}')",  # noqa: S608 - a constant
    "CREATE INDEX entries_by_kind ON entries (kind, seq)",
    "CREATE INDEX entries_by_time ON entries (kind, at, seq)",
    "CREATE UNIQUE INDEX entries_by_key ON entries (kind, key) WHERE key <> ''",
    """CREATE TRIGGER entries_keep BEFORE UPDATE ON entries
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: no record is changed'); END""",
    """CREATE TRIGGER entries_stay BEFORE DELETE ON entries
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: no record is removed'); END""",
    """CREATE TRIGGER entries_follow BEFORE INSERT ON entries
        WHEN NEW.seq <> (SELECT count + 1 FROM head) OR EXISTS (SELECT 1 FROM entries WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: a record goes to the end'); END""",
    """CREATE TRIGGER head_grows BEFORE UPDATE ON head WHEN NEW.count <> OLD.count + 1
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: its head moves by one'); END""",
    """CREATE TRIGGER head_stays BEFORE DELETE ON head
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: its head stays'); END""",
)

LEDGER = Schema(what="ledger", application_id=0x53434C31, migrations=(_VERSION_1,))
