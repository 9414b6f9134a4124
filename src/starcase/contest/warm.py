"""Which candidates this process has fitted already: the first fit of each loads libraries, and is not measured."""

from __future__ import annotations

FITTED: set[str] = set()
