"""A person's own case, with no model at all: a page of their words, and a table of numbers as evidence."""

from __future__ import annotations

from starcase.systems.journal.system import JournalSystem

__all__ = ["JournalSystem"]
