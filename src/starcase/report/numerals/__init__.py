"""Numbers in running text: found, read, and never guessed."""

from __future__ import annotations

from starcase.report.numerals.extraction import find_numerals
from starcase.report.numerals.numeral import Kind, Numeral

__all__ = ["Kind", "Numeral", "find_numerals"]
