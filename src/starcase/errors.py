"""Every error Starcase raises, in one tree.

A message says what happened, where, why, and how to mend it; each class carries the exit code of the command line.

StarcaseError
├── CaseFileError      case.toml cannot be read as a case
├── DataError          a data file cannot be used
├── NotComparable      candidates were not measured on the same units
├── NotIdentifiable    the data cannot answer the question; Starcase refuses to guess
├── GateNotPassed      exposure was requested without clearance
├── RolloutError       the state of a rollout does not allow the requested step
├── LedgerError        the ledger cannot write or read a record
│   ├── LedgerCorrupt  a record was changed, removed, inserted or reordered
│   └── LedgerConflict the same key was written twice with different content
├── ArtefactError      a stored model does not match its hash, or is not safe to load
├── PluginError        an entry point could not be loaded
└── StoryError         a text claims something that no record supports
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

LONGEST, MOST = 60, 30


def escape_text(text: str) -> str:
    r"""Return the text with control and unprintable characters written as escapes; line breaks stay.

    >>> print(escape_text("clear \x1b[2J"))
    clear \x1b[2J
    """
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def quote_value(value: object) -> str:
    r"""Return a data value as an error message shows it: escaped, and shortened where it is long.

    >>> print(quote_value("a\tb"), quote_value("x" * 100)[-4:])
    'a\tb' xx…'
    """
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2]}…{text[0] if isinstance(value, str) else ''}"


def list_names(names: Iterable[str]) -> str:
    """Return column names as an error message lists them: long names shortened, at most 30 of them.

    >>> list_names(["a", "b"]), list_names(["c"] * 200)[-10:]
    ('a, b', ', 170 more')
    """
    every = list(names)
    shown = [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in every[:MOST]]
    return ", ".join([*shown, *([f"{len(every) - MOST} more"] if len(every) > MOST else [])])


class StarcaseError(Exception):
    """The base class of all errors of Starcase.

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
        where: the file and line; added by the reader of the file.
        why: the cause as far as it is known.
        mend: what the reader can do about it.
        key: the key that is wrong, relative to the table that was read: ``"steps"``, ``"rollout.steps"``.

    >>> print(CaseFileError("a share lies between 0 and 1", key="steps"))
    a share lies between 0 and 1
      where: steps
    """

    exit_code = 3

    def __init__(self, what: str, *, where: str = "", why: str = "", mend: str = "", key: str = "") -> None:
        self.key = key
        super().__init__(what, where=where or key, why=why, mend=mend)


class DataError(StarcaseError):
    """A data file lacks a column, has a wrong type, is unsorted or empty, or holds impossible values."""

    exit_code = 4


class NotComparable(StarcaseError):  # noqa: N818 - a refusal, not an accident
    """Candidates were not measured on the same folds, rows or outcomes."""

    exit_code = 4


class NotIdentifiable(StarcaseError):  # noqa: N818
    """The data cannot answer the question."""

    exit_code = 4


class GateNotPassed(StarcaseError):  # noqa: N818
    """A candidate was about to be exposed to real units without clearance."""

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
    """The ledger already has a record with this key and other content."""


class ArtefactError(StarcaseError):
    """A stored model does not match its hash, or its format can run code."""

    exit_code = 7


class PluginError(StarcaseError):
    """A system, metric, gate or model could not be loaded from its entry point."""

    exit_code = 8


class StoryError(StarcaseError):
    """A sentence has a number without a record or a verb without a licence."""

    exit_code = 9
