"""The journal system: a case without models, from a page of text and a table of figures."""

from __future__ import annotations

from starcase.systems.journal.system import JournalSystem

__all__ = ["JournalSystem"]
