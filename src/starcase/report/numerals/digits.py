"""Parsing of digits with separators in all common conventions."""

from __future__ import annotations

import re

SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
SIGNS = "+\N{MINUS SIGN}\N{EN DASH}±-"
_GROUPS = "|".join(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+(?:[.,]\d+)?(?!\d)" for mark in f",.'’{SPACES}")
NUMBER = rf"{_GROUPS}|\d+(?:[.,]\d+)?"
_GROUPED = re.compile(rf"\d{{1,3}}(?:([,.'’{SPACES}])\d{{3}})(?:\1\d{{3}})*(?:([.,])(\d+))?")


def parse_digits(digits: str) -> tuple[tuple[float, ...], int]:
    """Every value the digits can have, the likeliest first, and the number of decimals they show.

    >>> (parse_digits("1,240"), parse_digits("1.240"), parse_digits("0.240"), parse_digits("86.000,50"),
    ...  parse_digits("12,5"))
    (((1240.0,), 0), ((1.24, 1240.0), 3), ((0.24,), 3), ((86000.5,), 2), ((12.5,), 1))
    """
    grouped = _GROUPED.fullmatch(digits)
    if grouped is None:
        plain = digits.replace(",", ".")
        return (float(plain),), len(plain.partition(".")[2])
    separator, mark, decimals = grouped[1], grouped[2], grouped[3] or ""
    whole = digits[: len(digits) - len(decimals) - 1] if mark else digits
    value = float(re.sub(r"\D", "", whole) + ("." + decimals if decimals else ""))
    single = not mark and whole.count(separator) == 1
    if separator == "." and single:
        small = float(whole)
        return ((small,), 3) if whole.startswith("0") else ((small, value), 3)
    if separator == "," and single and whole.startswith("0"):
        return (float(whole.replace(",", ".")),), 3
    return (value,), len(decimals)
