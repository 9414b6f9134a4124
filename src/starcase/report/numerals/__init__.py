"""Numbers in running text: extraction and parsing without guessing."""

from __future__ import annotations

from starcase.report.numerals.extraction import find_numerals
from starcase.report.numerals.numeral import Kind, Numeral

__all__ = ["Kind", "Numeral", "find_numerals"]
