"""Find every number of a text, written in digits or in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from starcase.report.numerals import words
from starcase.report.numerals.digits import NUMBER, SIGNS, SPACES, parse_digits
from starcase.report.numerals.numeral import Kind, Numeral
from starcase.report.numerals.units import CURRENCIES, SCALE, UNIT, parse_unit

THOUSANDS = 3
_S = f"[{SPACES}]"
_MONTH = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
_CARD = rf"(?<![\w-])(?:{words.CARDINAL})(?![\w])"
_OF = rf"(?:{_S}(?:out{_S})?of{_S}(?:the{_S}|every{_S})?|/|{_S}in{_S})"

DATE = re.compile(
    rf"\d{{4}}-\d{{2}}-\d{{2}}(?:[T{SPACES}]\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?)?(?:{_S}?(?:UTC|Z))?"
    rf"|\b\d{{1,2}}{_S}(?:{_MONTH})\b(?:{_S}\d{{4}})?|\b(?:{_MONTH})\.?{_S}\d{{1,2}}(?:,{_S}\d{{4}})?(?!\d)"
    rf"|\b(?:{_MONTH}){_S}\d{{4}}\b|(?<![\d.,])\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:{_S}?UTC)?(?!\d)"
    r"|(?i:(?<=\bin )|(?<=\bsince )|(?<=\bof )|(?<=\bearly )|(?<=\blate )|(?<=\bby ))(?:19|20)\d{2}\b(?![.,]?\d|[%\w])"
)
NAME = re.compile(r"\b(?!(?:sub|under|over|about|non)-)[A-Za-z_]+(?:[-_.]?\d+[\w]*)+(?:[-.]\w+)*|\bv?\d+\.\d+\.\d+\b")
RATIO = re.compile(
    rf"(?<![\w.,])(?:\d+|{words.CARDINAL}){_OF}(?:\d+(?:,\d{{3}})*|{words.CARDINAL})(?![\w%]|{_S}?(?:%|percent))",
    re.IGNORECASE,
)
ORDINAL = re.compile(r"\b\d+(?:st|nd|rd|th)\b", re.IGNORECASE)
DIGITS = re.compile(
    rf"(?P<before>(?:{CURRENCIES}){_S}?)?(?P<sign>(?<![\w)])[{SIGNS}]{_S}?)?(?P<number>{NUMBER})(?P<power>e[+-]?\d+)?"
    rf"(?P<scale>{_S}?(?:{SCALE}))?(?P<unit>(?:{_S}|-)?(?:{UNIT}))?",
)
WORDS = re.compile(
    rf"(?P<multiple>\b(?:{words.MULTIPLE})\b)|(?P<fraction>\b(?:{words.FRACTION})\b)"
    rf"|(?P<cardinal>{_CARD})(?P<unit>(?:{_S}|-)(?:{UNIT}))?",
    re.IGNORECASE,
)
_PRONOUN = re.compile(rf"one(?!{_S}(?:of|in|out|percent|per|hundred|thousand|million)\b|-)", re.IGNORECASE)


def find_numerals(text: str) -> list[Numeral]:
    """Every number of ``text`` in order of its place; none overlaps another.

    ``one`` counts where it is a quantity ("one of", "one in"), not where it is a pronoun. Any other character that
    Unicode calls numeric (``½``, ``²``) is a number too: nothing numeric goes unseen.

    >>> [(n.text, n.kind, n.value) for n in find_numerals("from 4.1 % to 4.7 %, +0.6 points, twice in p99 (12k users)")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('4.1 %', 'percent', 4.1), ('4.7 %', 'percent', 4.7), ('+0.6 points', 'points', 0.6), ('twice', 'fold', 2.0),
     ('p99', 'name', 99.0), ('12k', 'plain', 12000.0)]
    """
    return list(_scan_text(text))


@lru_cache(maxsize=4_096)
def _scan_text(text: str) -> tuple[Numeral, ...]:
    taken = [False] * len(text)
    found: list[Numeral] = []
    for one in _find_candidates(text):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = [True] * (one.end - one.start)
            found.append(one)
    found += [
        Numeral(start=i, end=i + 1, text=c, kind="plain", value=float("nan"))
        for i, c in enumerate(text)
        if not taken[i] and c.isnumeric()
    ]
    return tuple(sorted(found, key=lambda numeral: numeral.start))


def _find_candidates(text: str) -> Iterator[Numeral]:
    for match in DATE.finditer(text):
        yield _build_numeral(match, "date", float("nan"))
    for match in NAME.finditer(text):
        yield _build_numeral(match, "name", float(re.findall(r"\d+", match[0])[0]))
    for match in RATIO.finditer(text):
        yield _read_ratio(match)
    for match in ORDINAL.finditer(text):
        yield _build_numeral(match, "ordinal", float(match[0][:-2]))
    for match in DIGITS.finditer(text):
        yield _read_digits(match)
    for match in WORDS.finditer(text):
        if match[0].lower() != "one" or not _PRONOUN.match(text, match.start()):
            yield _read_words(match)


def _build_numeral(match: re.Match[str], kind: Kind, value: float, **more: float) -> Numeral:
    return Numeral(start=match.start(), end=match.end(), text=match[0], kind=kind, value=value, **more)  # type: ignore[arg-type]


def _read_ratio(match: re.Match[str]) -> Numeral:
    top, bottom = (_read_count(part) for part in (re.split(_OF, match[0], maxsplit=1))[:2])
    return _build_numeral(match, "ratio", top / bottom if bottom else float("nan"), step=0.0)


def _read_count(text: str) -> float:
    digits = re.sub(r"[,\s]", "", text)
    return float(digits) if digits.isdecimal() else words.parse_cardinal(text)


def _read_digits(match: re.Match[str]) -> Numeral:
    values, decimals = parse_digits(match["number"])
    scale = {"k": 1e3, "K": 1e3, "thousand": 1e3, "m": 1e6, "M": 1e6, "mn": 1e6, "million": 1e6}.get(
        (match["scale"] or "").strip(SPACES), 1e9 if match["scale"] else 1.0
    )
    power = float(f"1{match['power']}") if match["power"] else 1.0
    sign = -1.0 if (match["sign"] or "").strip(SPACES) in {"-", "\N{MINUS SIGN}", "\N{EN DASH}"} else 1.0
    kind, unit, factor = parse_unit((match["before"] or match["unit"] or "").strip(SPACES + "-"))
    scaled = [sign * value * scale * power * factor for value in values]
    if (match["scale"] or "") == "m" and kind != "money":
        scaled.append(scaled[0] / scale)
    grouped = kind == "money" and decimals == THOUSANDS and len(scaled) > 1
    first, *others = scaled[1:] if grouped else scaled
    step = 0.5 * scale * power * factor * 10.0 ** -(0 if grouped else decimals)
    return Numeral(
        start=match.start(),
        end=match.end(),
        text=match[0],
        kind=kind,
        value=first,
        others=tuple(others),
        unit=unit,
        step=step,
    )


def _read_words(match: re.Match[str]) -> Numeral:
    if match["multiple"]:
        return _build_numeral(match, "fold", words.MULTIPLES[match[0].lower()], step=0.0)
    if match["fraction"]:
        return _build_numeral(match, "ratio", words.parse_fraction(match[0]), step=0.0)
    kind, unit, factor = parse_unit((match["unit"] or "").strip(SPACES + "-"))
    value = words.parse_cardinal(match["cardinal"]) * factor
    return Numeral(
        start=match.start(),
        end=match.end(),
        text=match[0],
        kind=kind,
        value=value,
        unit=unit,
        step=0.5 * factor * 10.0 ** -words.count_decimals(match["cardinal"]),
    )
