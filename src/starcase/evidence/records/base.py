"""The base class of all records of the ledger."""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable


@runtime_checkable
class Record(Protocol):
    """A frozen dataclass that names its kind and the version of its schema.

    A new optional field keeps the version; anything else raises it. ``CLOCK`` is True for records that hold nothing but
    wall-clock and memory measurements: they are chained like any other and left out of the reproducible digest.
    """

    KIND: ClassVar[str]
    VERSION: ClassVar[int]
    CLOCK: ClassVar[bool]
