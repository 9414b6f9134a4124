from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.errors import CaseFileError
from starcase.tables.clock import DAY, HOUR, MINUTE, SECOND
from starcase.tables.duration import format_duration, parse_duration
from starcase.tables.moment import format_moment, parse_moment


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("7d", 7 * DAY),
        ("2h", 2 * HOUR),
        ("90s", 90 * SECOND),
        ("10m", 10 * MINUTE),
        ("5ms", 5000),
        ("1w1us", 7 * DAY + 1),
    ],
)
def test_parse_duration_returns_microseconds(text: str, length: int) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "2", "h", "2 h", "-2h", "2h ", "1.5h", "2H", "٣d2x"])
def test_an_invalid_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(CaseFileError, match='"2h"'):
        parse_duration(text, key="delay")


@given(st.integers(0, 10**18))
def test_a_formatted_duration_reads_back(length: int) -> None:
    assert parse_duration(format_duration(length)) == length


@given(st.integers(-(10**15), 10**17))
def test_a_formatted_moment_reads_back(at: int) -> None:
    assert parse_moment(format_moment(at)) == at


def test_parse_moment_reads_dates_zones_and_offsets() -> None:
    assert parse_moment("1970-01-01") == 0
    assert parse_moment("1970-01-01T01:00:00+01:00") == 0
    assert parse_moment("+1h30m", start=7) == 90 * MINUTE + 7


def test_an_invalid_moment_is_refused() -> None:
    with pytest.raises(CaseFileError, match="is not a moment"):
        parse_moment("yesterday")
    with pytest.raises(CaseFileError, match="first moment"):
        parse_moment("+2h")
