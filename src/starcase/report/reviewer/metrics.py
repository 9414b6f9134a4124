"""Detection of measured numbers in an answer."""

from __future__ import annotations

from starcase.report.numerals import Numeral

MEASURING = frozenset({"percent", "points", "fold", "money", "quantity"})
SLIGHT = frozenset({"d", "week", "month", "quarter", "year", "h"})
FEW = 100


def is_metric(numeral: Numeral) -> bool:
    """Return whether a number is a measurement, not a date, ordinal, name, or count such as "two colleagues"."""
    in_digits = any(c.isdigit() for c in numeral.text)
    if numeral.kind == "fold":
        return in_digits or numeral.text.lower().endswith("ed")
    if numeral.kind in MEASURING:
        return True
    if numeral.kind == "time":
        return numeral.unit not in SLIGHT or in_digits
    if numeral.kind == "ratio":
        return " of " in numeral.text and in_digits
    return numeral.kind == "plain" and (in_digits or abs(numeral.value) > FEW)
