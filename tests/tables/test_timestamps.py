"""Times as people write them; an ambiguous column raises an error."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.contract.case_spec import DataSpec
from starcase.errors import DataError
from starcase.tables.moment import parse_moment
from starcase.tables.timestamps import Times, parse_times

INSTANTS = st.lists(
    st.datetimes(min_value=datetime(1902, 1, 1), max_value=datetime(2399, 1, 1)),  # noqa: DTZ001 - naive on purpose
    min_size=1,
    max_size=20,
)


def read(values: Sequence[object], *, time_format: str = "") -> Times:
    return parse_times(pl.Series(values), DataSpec(path="a.csv", time="when", target="y", time_format=time_format))


@given(INSTANTS)
def test_iso_text_is_parsed_to_its_moment(instants: list[datetime]) -> None:
    expected = [parse_moment(one.isoformat()) for one in instants]
    assert read([one.isoformat(timespec="microseconds") for one in instants]).at.tolist() == expected
    assert (
        read([f"{one.isoformat(sep=' ', timespec='microseconds')}+00:00" for one in instants]).at.tolist() == expected
    )


@given(INSTANTS, st.booleans())
def test_an_ambiguous_order_of_day_and_month_is_refused(instants: list[datetime], day_first: bool) -> None:
    """A column is parsed only if some row determines the order of day and month; otherwise it is refused."""
    form = "%d/%m/%Y %H:%M" if day_first else "%m/%d/%Y %H:%M"
    text = [one.strftime(form) for one in instants]
    told = [parse_moment(f"{one:%Y-%m-%d %H:%M}") for one in instants]
    if any(one.day > 12 for one in instants):
        assert read(text).at.tolist() == told
    else:
        with pytest.raises(DataError, match="may have its day or its month first"):
            read(text)
    assert read(text, time_format=form).at.tolist() == told


READ: dict[str, tuple[Sequence[object], str]] = {
    "a day": (["2024-01-02"], "2024-01-02"),
    "no leading zeros": (["2024-1-2 3:04"], "2024-01-02T03:04:00"),
    "zones": (["2024-01-02T03:04:05+02:00", "2024-01-02 03:04:05 -0130"], "2024-01-02T01:04:05"),
    "a clock of twelve hours": (["1/31/2024 12:05 AM", "2/1/2024 1:00 pm"], "2024-01-31T00:05:00"),
    "noon": (["1/31/2024 12:05 PM"], "2024-01-31T12:05:00"),
    "dots": (["31.01.2024"], "2024-01-31"),
    "seconds as text": (["60", "61.5"], "1970-01-01T00:01:00"),
    "slashes, year first": (["2024/01/31"], "2024-01-31"),
}


@pytest.mark.parametrize("name", READ)
def test_unambiguous_times_are_parsed(name: str) -> None:
    text, first = READ[name]
    assert read(text).at[0] == parse_moment(first)


def test_findings_report_how_the_order_of_day_and_month_was_detected() -> None:
    (order, zone) = read(["3/4/2024", "5/13/2024"]).findings
    assert order.what == "read with the month before the day, as row 2 says 5/13/2024"
    assert "no time zone" in zone.what
    assert read(["2024-01-02T03:04:05Z"]).findings == ()


REFUSED: dict[str, tuple[Sequence[object], list[str]]] = {
    "either order": (["3/4/2024 10:11", "5/6/2024 1:02"], ["row 1", '"%d/%m/%Y %H:%M"', '"%m/%d/%Y %H:%M"']),
    "either order, dots": (["03.04.2024"], ['"%d.%m.%Y"']),
    "either order, noon": (["3/4/2024 1:02:03 PM"], ['"%m/%d/%Y %I:%M:%S %p"']),
    "two orders": (["3/14/2024", "1/1/2024", "15/6/2024"], ["two different orders", "row 1", "row 3"]),
    "no such day": (["2024-01-01", "2024-02-30"], ["not a moment", "row 2"]),
    "no such hour": (["2024-01-01 25:00"], ["not a moment", "row 1"]),
    "thirteen o'clock twice": (["31/1/2024 13:00 PM"], ["not a moment"]),
    "no time at all": (["2024-01-01", "soon"], ["'soon' is not a moment", "row 2", "time_format"]),
    "a mix of ways": (["2024-01-01", "31/12/2024"], ["not a moment", "row 2"]),
    "a zone here and none there": (["2024-01-01T00:00:00Z", "2024-01-01 00:00"], ["no time zone", "row 2", "row 1"]),
    "missing": (["2024-01-01", None], ["the time is missing", "row 2"]),
    "milliseconds": ([1_700_000_000_000], ["after the year 9999", '"milliseconds"']),
    "days as digits": ([20240301, 20240302], ["a day in digits", '"%Y%m%d"', '"seconds"']),
    "NaN": ([1.0, float("nan")], ["not a finite number", "row 2"]),
    "two digits of a year": (["12/31/10"], ["not a moment", "time_format"]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_ambiguous_or_invalid_time_is_refused_with_row_and_mend(name: str) -> None:
    values, words = REFUSED[name]
    with pytest.raises(DataError) as refusal:
        read(values)
    assert "a.csv, column when" in str(refusal.value)
    for word in words:
        assert word in str(refusal.value)


@pytest.mark.parametrize(
    ("values", "form", "first"),
    [
        ([1_700_000_000_000], "milliseconds", "2023-11-14T22:13:20"),
        (["1700000000000000"], "microseconds", "2023-11-14T22:13:20"),
        ([20240301], "seconds", "1970-08-23T06:18:21"),
        ([20240301], "%Y%m%d", "2024-03-01"),
        (["12/1/10 8:26"], "%m/%d/%y %H:%M", "2010-12-01T08:26:00"),
        (["2024-03-01T00:00:00+0100"], "%Y-%m-%dT%H:%M:%S%z", "2024-02-29T23:00:00"),
    ],
)
def test_time_format_determines_how_times_are_parsed(values: Sequence[object], form: str, first: str) -> None:
    assert read(values, time_format=form).at[0] == parse_moment(first)


def test_a_row_that_does_not_match_time_format_is_refused() -> None:
    with pytest.raises(DataError, match="not match the format") as refusal:
        read(["01/02/2024", "2024-02-01"], time_format="%d/%m/%Y")
    assert "row 2" in str(refusal.value)
