"""Durable SQLite files for several writing processes: no acknowledged write is lost."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from starcase.errors import LedgerCorrupt, LedgerError

BUSY_SECONDS = 60.0
NOT_OURS = ("not a database", "malformed", "unsupported file format")


@dataclass(frozen=True, slots=True)
class Schema:
    """The schema of a file and its migrations.

    Args:
        what: the name used in messages.
        application_id: the mark in the file's header that says whose it is.
        migrations: the statements that lead from version n to n + 1, for n = 0, 1, ...
    """

    what: str
    application_id: int
    migrations: tuple[tuple[str, ...], ...]

    @property
    def version(self) -> int:
        """The version this program writes."""
        return len(self.migrations)


@contextmanager
def translate_errors(what: str, path: Path) -> Iterator[None]:
    """Translate SQLite errors into errors with location and mend.

    Raises:
        LedgerCorrupt: the file is damaged or is no SQLite file.
        LedgerError: anything else: disk full, read-only folder, lock held too long.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        why = str(error)
        if any(sign in why for sign in NOT_OURS):
            raise LedgerCorrupt(
                f"the {what} cannot be read",
                where=str(path),
                why=why,
                mend="restore the file (with its -wal file, if there is one) from a copy; move this one aside",
            ) from error
        raise LedgerError(
            f"the {what} cannot be used",
            where=str(path),
            why=why,
            mend="check free space, permissions, and that no other program locks the file",
        ) from error


@contextmanager
def begin_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Begin a transaction with the write lock; after commit it is on disk."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


@contextmanager
def begin_savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    """Begin a savepoint in an open transaction: it rolls back separately and is on disk with the whole transaction."""
    connection.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK TO part")
        raise
    finally:
        connection.execute("RELEASE part")


def connect(path: Path, schema: Schema) -> sqlite3.Connection:
    """Open ``path``, create or migrate it, and make every commit durable.

    Raises:
        LedgerCorrupt: the file is damaged or is no SQLite file.
        LedgerError: another program's file, one from a newer version, or a folder that does not exist.
    """
    if not path.parent.is_dir():
        raise LedgerError(
            f"there is no folder for the {schema.what}", where=str(path.parent), mend="create it or name another path"
        )
    with translate_errors(schema.what, path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            _configure(connection)
            _migrate(connection, path, schema)
        except BaseException:
            connection.close()
            raise
    return connection


def _configure(connection: sqlite3.Connection) -> None:
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchone()
            break
        except sqlite3.OperationalError as error:  # two processes that create the same file: one waits for the other
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    for pragma in ("synchronous=FULL", "temp_store=MEMORY", "cache_size=-65536", "wal_autocheckpoint=4000"):
        connection.execute(f"PRAGMA {pragma}")


def _read_pragma(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _migrate(connection: sqlite3.Connection, path: Path, schema: Schema) -> None:
    if _read_pragma(connection, "user_version") == schema.version and _check_owner(connection, path, schema):
        return
    with begin_transaction(connection):
        _check_owner(connection, path, schema)
        version = _read_pragma(connection, "user_version")
        if version > schema.version:
            raise LedgerError(
                f"this {schema.what} was written by a newer Starcase",
                where=str(path),
                why=f"its format is version {version}, this program knows version {schema.version}",
                mend="upgrade with `pip install --upgrade starcase`",
            )
        for statements in schema.migrations[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id={schema.application_id}")
        connection.execute(f"PRAGMA user_version={schema.version}")


def _check_owner(connection: sqlite3.Connection, path: Path, schema: Schema) -> bool:
    mark = _read_pragma(connection, "application_id")
    if mark == schema.application_id:
        return True
    if mark or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise LedgerError(
            f"this file is not a {schema.what}",
            where=str(path),
            why="it is another program's SQLite file",
            mend="name another path; nothing was changed",
        )
    return False
