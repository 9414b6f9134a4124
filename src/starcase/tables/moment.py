"""Moments as people write them: ISO 8601, or an offset from the first moment of the data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from starcase.errors import CaseFileError
from starcase.tables.duration import parse_duration

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def parse_moment(text: str, *, start: int | None = None, key: str = "") -> int:
    """Return the moment that ``text`` names, in microseconds UTC since 1970.

    Args:
        text: ``"2013-09-01T12:00:00Z"`` (UTC if it has no zone), or ``"+12h"`` after ``start``.
        start: the data's first moment, from which offsets count, microseconds UTC.
        key: the key of case.toml, for the error.

    Raises:
        CaseFileError: the text is not a moment, or it is an offset and ``start`` is None.

    >>> parse_moment("1970-01-02T00:00:00Z"), parse_moment("+2h", start=5)
    (86400000000, 7200000005)
    """
    if text.startswith("+"):
        if start is None:
            raise CaseFileError(
                f"{text!r} counts from the data's first moment, which is not known here",
                key=key,
                mend='write a moment such as "2013-09-01T12:00:00Z"',
            )
        return start + parse_duration(text[1:], key=key)
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise CaseFileError(
            f"{text!r} is not a moment",
            key=key,
            why=str(error),
            mend='write "2013-09-01T12:00:00Z", or "+12h" to count from the data\'s first moment',
        ) from error
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return (parsed - _EPOCH) // _MICROSECOND


def format_moment(at: int) -> str:
    """Return a moment in ISO 8601, UTC, as ``parse_moment`` reads it back.

    >>> format_moment(86400000000)
    '1970-01-02T00:00:00Z'
    """
    return (_EPOCH + timedelta(microseconds=at)).isoformat().replace("+00:00", "Z")
