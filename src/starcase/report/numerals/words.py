"""Numbers written as words: cardinals, fractions, multiples."""

from __future__ import annotations

import re

_UNDER_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
SMALL = {word: number for number, word in enumerate(_UNDER_TWENTY.split())}
TENS = {
    word: 10 * number
    for number, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
FRACTIONS = {
    "half": 1 / 2,
    "halves": 1 / 2,
    "third": 1 / 3,
    "thirds": 1 / 3,
    "quarter": 1 / 4,
    "quarters": 1 / 4,
    "fifth": 1 / 5,
    "fifths": 1 / 5,
    "tenth": 1 / 10,
    "tenths": 1 / 10,
}
MULTIPLES = {
    "twice": 2.0,
    "thrice": 3.0,
    "double": 2.0,
    "doubled": 2.0,
    "doubles": 2.0,
    "doubling": 2.0,
    "triple": 3.0,
    "tripled": 3.0,
    "tripling": 3.0,
    "halved": 0.5,
    "halve": 0.5,
    "halving": 0.5,
    "quadrupled": 4.0,
    "tenfold": 10.0,
    "twofold": 2.0,
    "threefold": 3.0,
    "fourfold": 4.0,
    "fivefold": 5.0,
    "dozen": 12.0,
    "dozens": 12.0,
}
_ATOM = "|".join(sorted([*SMALL, *TENS], key=len, reverse=True))
_SCALE = "|".join(SCALES)
CARDINAL = rf"(?:(?:{_ATOM}|a)[ -](?:{_SCALE})|{_ATOM})(?:(?:[ -]and)?[ -](?:{_ATOM}|{_SCALE}))*"
_DIGIT = "|".join(list(SMALL)[:10])
CARDINAL = rf"(?:minus )?(?:{CARDINAL})(?: point(?: (?:{_DIGIT}))+)?"
FRACTION = rf"(?:(?:a|an|one|two|three|four) )?(?:{'|'.join(FRACTIONS)})"
MULTIPLE = "|".join(MULTIPLES)
_SPLIT = re.compile(r"[ -]+")


def parse_cardinal(text: str) -> float:
    """The value of a number written in words.

    >>> parse_cardinal("minus three point five")
    -3.5
    >>> parse_cardinal("twenty-five"), parse_cardinal("three hundred and two thousand"), parse_cardinal("a hundred")
    (25.0, 302000.0, 100.0)
    """
    whole, _, part_words = text.lower().partition(" point ")
    sign = -1.0 if whole.startswith("minus ") else 1.0
    after = float("0." + "".join(str(SMALL[digit]) for digit in part_words.split())) if part_words else 0.0
    total, part = 0.0, 0.0
    for word in _SPLIT.split(whole.removeprefix("minus ")):
        if word == "hundred":
            part = max(part, 1) * 100
        elif word in SCALES:
            total, part = total + max(part, 1) * SCALES[word], 0.0
        elif word != "and":
            part += 1 if word == "a" else SMALL.get(word, TENS.get(word, 0))
    return sign * (total + part + after)


def count_decimals(text: str) -> int:
    """How many decimals a number written in words shows.

    >>> count_decimals("thirty-four point two")
    1
    """
    return len(text.lower().partition(" point ")[2].split())


def parse_fraction(text: str) -> float:
    """The value of a fraction written in words.

    >>> parse_fraction("two thirds"), parse_fraction("half")
    (0.6666666666666666, 0.5)
    """
    *before, name = text.lower().split()
    top = SMALL.get(before[0], 1) if before else 1
    return top * FRACTIONS[name]
