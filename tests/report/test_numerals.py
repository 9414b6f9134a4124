from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from starcase.report.number_format import Shape
from starcase.report.numerals import find_numerals

READ = {
    "1,240 users": [("plain", 1240.0)],
    "1 240 users": [("plain", 1240.0)],
    "12k users": [("plain", 12_000.0)],
    "EUR 86,000": [("money", 86_000.0)],
    "86.000 EUR": [("money", 86_000.0)],
    "$5.3m": [("money", 5_300_000.0)],
    "-25 %": [("percent", -25.0)],
    "−25 percent": [("percent", -25.0)],
    "from 4.12 % to 4.67 %": [("percent", 4.12), ("percent", 4.67)],
    "+0.55 percentage points": [("points", 0.55)],
    "40 bps": [("points", 0.4)],
    "5-8 ms": [("plain", 5.0), ("time", 8.0)],
    "twenty-five percent": [("percent", 25.0)],
    "three hundred ms": [("time", 300.0)],
    "a third of them": [("ratio", 1 / 3)],
    "two of three models": [("ratio", 2 / 3)],
    "it doubled": [("fold", 2.0)],
    "1.5-fold": [("fold", 1.5)],
    "on 2024-03-01 at 10:30": [("date", None), ("date", None)],
    "p99 of model v1.2.3 in Q3": [("name", None), ("name", None), ("name", None)],
    "the 3rd time": [("ordinal", 3.0)],
    "no one, anyone, someone": [],
    "one of them": [("plain", 1.0)],
    "US and us; the point is, at times": [],
}


@pytest.mark.parametrize("text", READ)
def test_numbers_are_read_as_they_are_meant(text: str) -> None:
    found = [(n.kind, None if n.kind in {"date", "name"} else pytest.approx(n.value)) for n in find_numerals(text)]
    assert found == READ[text]


@pytest.mark.parametrize(("text", "others"), [("1.240", (1240.0,)), ("5m", (5.0,))])
def test_ambiguous_number_has_all_readings(text: str, others: tuple[float, ...]) -> None:
    (numeral,) = find_numerals(text)
    assert numeral.ambiguous
    assert numeral.others == others


@given(st.text())
def test_every_number_in_a_text_is_found(text: str) -> None:
    covered = {i for n in find_numerals(text) for i in range(n.start, n.end)}
    assert all(i in covered for i, c in enumerate(text) if c.isnumeric())
    places = [(n.start, n.end) for n in find_numerals(text)]
    assert all(a[1] <= b[0] for a, b in pairwise(places))


STYLES = st.sampled_from(["count", "share", "points", "plain", "science", "moment"])


@given(st.floats(-1e12, 1e12), STYLES, st.integers(0, 6), st.sampled_from(["", "EUR", "us", "MB"]), st.booleans())
def test_formatted_number_is_read_back_as_one_number(
    value: float, style: str, digits: int, unit: str, signed: bool
) -> None:
    shape = Shape(style=style, digits=digits, unit=unit, signed=signed)  # type: ignore[arg-type]
    assert Shape.parse(str(shape)) == shape
    text = shape.text(value)
    found = find_numerals(f"It was {text}, they say.")
    assert [n.text.strip() for n in found] == [text] or style == "moment"
    if style in {"plain", "count"}:
        assert found[0].can_show(value)
    if style in {"share", "points"}:
        assert found[0].can_show(value * 100)


MIXED = "0123456789 .,'\N{RIGHT SINGLE QUOTATION MARK}\N{NO-BREAK SPACE}-+ke%\N{VULGAR FRACTION ONE HALF}"


@given(st.text(alphabet=MIXED, max_size=24))
@example("214.429 390")
@example("1e9999")
@example("12,345.678 900")
def test_any_run_of_digits_and_separators_is_read_without_an_error(text: str) -> None:
    found = find_numerals(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert sum(c.isnumeric() for c in text) == sum(sum(c.isnumeric() for c in one.text) for one in found)


def test_groups_with_different_separators_are_different_numbers() -> None:
    assert [one.value for one in find_numerals("214.429 390")] == [214.429, 390.0]
