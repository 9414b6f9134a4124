"""Durations as people write them: ``"7d"``, ``"2h"``, ``"90s"``."""

from __future__ import annotations

import re

from starcase.errors import CaseFileError
from starcase.tables.clock import DAY, HOUR, MINUTE, SECOND

UNITS = {"w": 7 * DAY, "d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND, "ms": 1000, "us": 1}
_PART = re.compile(r"(\d+)(ms|us|[wdhms])")
_WHOLE = re.compile(r"(?:\d+(?:ms|us|[wdhms]))+")


def parse_duration(text: str, *, key: str = "") -> int:
    """Return the length of time that ``text`` names, in microseconds.

    Args:
        text: whole numbers with a unit: ``w``, ``d``, ``h``, ``m`` (minutes), ``s``, ``ms``, ``us``; parts add up.
        key: the key of case.toml, for the error.

    Raises:
        CaseFileError: the text is not a length of time.

    >>> parse_duration("2h"), parse_duration("1h30m") == parse_duration("90m")
    (7200000000, True)
    """
    if not _WHOLE.fullmatch(text):
        raise CaseFileError(
            f"{text!r} is not a length of time",
            key=key,
            mend='write whole numbers with a unit, such as "90s", "10m", "2h", "7d" or "1h30m"',
        )
    return sum(int(number) * UNITS[unit] for number, unit in _PART.findall(text))


def format_duration(microseconds: int) -> str:
    """Return the shortest text that ``parse_duration`` reads back as the same length.

    >>> format_duration(5_400_000_000), format_duration(0)
    ('1h30m', '0s')
    """
    parts = []
    for unit, size in UNITS.items():
        count, microseconds = divmod(microseconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
