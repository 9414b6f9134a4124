"""Spoken text: numbers as words, and speaking time."""

from __future__ import annotations

import re
from math import isnan

from starcase.report.numerals import Numeral, find_numerals
from starcase.report.numerals.words import SMALL, TENS

WORDS_PER_MINUTE = 140
BEYOND_WORDS = 1e12
_ONES = {number: word for word, number in SMALL.items()}
_TENS = {number: word for word, number in TENS.items()}
_UNITS = {"%": "percent", "points": "points", "x": "times", "us": "microseconds", "ms": "milliseconds"}
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def spell_cardinal(number: int) -> str:
    """A whole number in words.

    >>> spell_cardinal(22_461), spell_cardinal(40)
    ('twenty-two thousand four hundred sixty-one', 'forty')
    """
    for size, name in ((10**9, "billion"), (10**6, "million"), (1_000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = f" {spell_cardinal(number % size)}" if number % size else ""
            return f"{spell_cardinal(number // size)} {name}{rest}"
    if number in _ONES:
        return _ONES[number]
    return _TENS[number // 10 * 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")


def spell_numeral(numeral: Numeral) -> str:
    """A number as it is read out.

    >>> spell_numeral(find_numerals("−83.6 %")[0])
    'minus eighty-three point six percent'
    """
    digits = re.search(r"\d[\d,]*(?:\.\d+)?", numeral.text)
    if digits is None or isnan(numeral.value) or numeral.kind == "name" or abs(numeral.value) >= BEYOND_WORDS:
        return re.sub(r"\D+", " ", numeral.text) if digits and numeral.kind == "date" else numeral.text
    whole, _, part = digits[0].replace(",", "").partition(".")
    words = spell_cardinal(int(whole)) + (" point " + " ".join(_ONES[int(d)] for d in part) if part else "")
    minus = "minus " if numeral.value < 0 else ""
    unit = _UNITS.get(numeral.unit, numeral.text[len(digits[0]) :].strip() if numeral.unit else "")
    return f"{minus}{words} {unit}".strip()


def spell_numbers(text: str) -> str:
    """The text with every number read out.

    >>> spell_numbers("It fell by 25 %.")
    'It fell by twenty-five percent.'
    """
    parts, last = [], 0
    for numeral in find_numerals(text):
        parts += [text[last : numeral.start], spell_numeral(numeral)]
        last = numeral.end
    return "".join([*parts, text[last:]])


def count_spoken_words(text: str) -> int:
    """How many words are spoken.

    >>> count_spoken_words("It fell by 25 %.")
    5
    """
    return len(_WORD.findall(spell_numbers(text)))


def estimate_minutes(text: str) -> float:
    """How long it takes to say, at an unhurried pace."""
    return count_spoken_words(text) / WORDS_PER_MINUTE
