"""Interned strings and lists of feature names, stored once and referenced by number."""

from __future__ import annotations

import sqlite3

import msgspec


class StringTable:
    """Numbers for words and for layouts (lists of feature names), shared by all processes through the file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._number: dict[str, int] = {}
        self._word: dict[int, str] = {}
        self._layout: dict[tuple[str, ...], int] = {}
        self._names: dict[int, tuple[str, ...]] = {}

    def forget(self) -> None:
        """Drop entries of a transaction that was rolled back."""
        self.__init__(self._connection)  # type: ignore[misc]

    def number(self, word: str) -> int:
        """Return the number of a word, assigning a new one if needed; call it inside a writing transaction."""
        known = self._number.get(word)
        if known is None:
            self._connection.execute("INSERT OR IGNORE INTO words (word) VALUES (?)", (word,))
            known = self.find(word)
            assert known is not None
        return known

    def find(self, word: str) -> int | None:
        """Return the number of a word; None if the log has never contained it."""
        if word not in self._number:
            row = self._connection.execute("SELECT id FROM words WHERE word = ?", (word,)).fetchone()
            if row is None:
                return None
            self._number[word] = int(row[0])
        return self._number[word]

    def word(self, number: int) -> str:
        """The word of a number."""
        if number not in self._word:
            self._word.update(self._connection.execute("SELECT id, word FROM words").fetchall())
        return self._word[number]

    def insert_layout(self, names: tuple[str, ...]) -> int:
        """The number of a list of feature names; call it inside a writing transaction."""
        known = self._layout.get(names)
        if known is None:
            packed = msgspec.msgpack.encode(names)
            self._connection.execute("INSERT OR IGNORE INTO layouts (names) VALUES (?)", (packed,))
            known = int(self._connection.execute("SELECT id FROM layouts WHERE names = ?", (packed,)).fetchone()[0])
            self._layout[names] = known
        return known

    def names(self, layout: int) -> tuple[str, ...]:
        """The feature names of a layout."""
        if layout not in self._names:
            row = self._connection.execute("SELECT names FROM layouts WHERE id = ?", (layout,)).fetchone()
            self._names[layout] = msgspec.msgpack.decode(row[0], type=tuple[str, ...])
        return self._names[layout]
