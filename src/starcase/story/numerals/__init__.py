"""Numbers in running text: found, read, and never guessed."""

from __future__ import annotations

from starcase.story.numerals.find import find
from starcase.story.numerals.numeral import Kind, Numeral

__all__ = ["Kind", "Numeral", "find"]
