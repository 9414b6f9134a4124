"""Every error Starcase raises, in one tree.

A message says what happened, where, why, and how to mend it; each class carries the exit code of the command line.

StarcaseError
├── CaseFileError      case.toml cannot be read as a case
├── DataError          a data file cannot be used
├── NotComparable      candidates were not measured on the same units
├── NotIdentifiable    the data cannot answer the question; refused rather than guessed
├── GateNotPassed      exposure was asked for without clearance
├── RolloutError       a rollout was asked for a step its state does not allow
├── LedgerError        the ledger cannot take or give a record
│   ├── LedgerCorrupt  a record was changed, removed, inserted or reordered
│   └── LedgerConflict the same key was written twice with different content
├── ArtefactError      a stored model is not what its hash says, or is not safe to load
├── PluginError        an entry point could not be loaded
└── StoryError         a text claims what no record backs
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

LONGEST, MOST = 60, 30


def escape_text(text: str) -> str:
    r"""The text with what a terminal would not print, or would obey, written as an escape; line breaks stay.

    >>> print(escape_text("clear \x1b[2J"))
    clear \x1b[2J
    """
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def quote_value(value: object) -> str:
    r"""A value out of somebody's data, as an error repeats it: escaped, and cut where it is long.

    >>> print(quote_value("a\tb"), quote_value("x" * 100)[-4:])
    'a\tb' xx…'
    """
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2]}…{text[0] if isinstance(value, str) else ''}"


def list_names(names: Iterable[str]) -> str:
    """The names of columns, as an error lists them: each cut where it is long, and not hundreds of them.

    >>> list_names(["a", "b"]), list_names(["c"] * 200)[-10:]
    ('a, b', ', 170 more')
    """
    every = list(names)
    shown = [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in every[:MOST]]
    return ", ".join([*shown, *([f"{len(every) - MOST} more"] if len(every) > MOST else [])])


class StarcaseError(Exception):
    """The root: what happened, where, why, and the mend.

    Args:
        what: one sentence that says what went wrong.
        where: file, line, column, row or record.
        why: the cause as far as it is known.
        mend: what the reader can do about it.

    >>> print(StarcaseError("the file is empty", where="sales.csv", mend="export it again"))
    the file is empty
      where: sales.csv
      mend:  export it again
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str = "", why: str = "", mend: str = "") -> None:
        what, where, why, mend = (escape_text(text) for text in (what, where, why, mend))
        self.what = what
        self.where = where
        self.why = why
        self.mend = mend
        parts = [what, where and f"  where: {where}", why and f"  why:   {why}", mend and f"  mend:  {mend}"]
        super().__init__("\n".join(part for part in parts if part))


class CaseFileError(StarcaseError):
    """case.toml has an unknown key, a wrong type or a missing value.

    Args:
        what: one sentence that says what went wrong.
        where: the file and line; filled in by whoever knows the file.
        why: the cause as far as it is known.
        mend: what the reader can do about it.
        key: the key in question, from the part of the case that noticed: ``"steps"``, ``"rollout.steps"``.

    >>> print(CaseFileError("a share lies between 0 and 1", key="steps"))
    a share lies between 0 and 1
      where: steps
    """

    exit_code = 3

    def __init__(self, what: str, *, where: str = "", why: str = "", mend: str = "", key: str = "") -> None:
        self.key = key
        super().__init__(what, where=where or key, why=why, mend=mend)


class DataError(StarcaseError):
    """A data file lacks a column, holds a wrong type, is unsorted, empty or carries impossible values."""

    exit_code = 4


class NotComparable(StarcaseError):  # noqa: N818 - a refusal, not an accident
    """Candidates were not measured on the same folds, rows or outcomes."""

    exit_code = 4


class NotIdentifiable(StarcaseError):  # noqa: N818
    """The data cannot answer the question that was asked of it."""

    exit_code = 4


class GateNotPassed(StarcaseError):  # noqa: N818
    """A candidate without clearance was about to meet real units."""

    exit_code = 5


class RolloutError(StarcaseError):
    """The rollout is not in a state that allows this step."""

    exit_code = 5


class LedgerError(StarcaseError):
    """The ledger cannot be opened, read or extended."""

    exit_code = 6


class LedgerCorrupt(LedgerError):  # noqa: N818
    """The chain of records is broken; the message names the record."""


class LedgerConflict(LedgerError):  # noqa: N818
    """A record's key exists already with other content."""


class ArtefactError(StarcaseError):
    """A stored model differs from its hash, or its format may run code."""

    exit_code = 7


class PluginError(StarcaseError):
    """A system, metric, gate or model could not be loaded from its entry point."""

    exit_code = 8


class StoryError(StarcaseError):
    """A sentence holds a number without a record or a verb without a licence."""

    exit_code = 9
