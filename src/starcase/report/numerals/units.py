"""Units after a number, with their factors."""

from __future__ import annotations

import re

from starcase.report.numerals.numeral import Kind

CURRENCIES = r"€|\$|£|\bEUR|\bUSD|\bGBP|\bCHF"
SCALE = r"(?:k|K|M|m|mn|bn|B)(?![\w%/])|(?:thousand|million|billion)\b"
_MONEY = {
    "€": "EUR",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "$": "USD",
    "usd": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "£": "GBP",
    "gbp": "GBP",
    "pound": "GBP",
    "pounds": "GBP",
    "chf": "CHF",
}
_TIMES = {
    "us": ("us", 1.0),
    "µs": ("us", 1.0),
    "microsecond": ("us", 1.0),
    "ms": ("ms", 1.0),
    "millisecond": ("ms", 1.0),
    "s": ("s", 1.0),
    "sec": ("s", 1.0),
    "second": ("s", 1.0),
    "min": ("min", 1.0),
    "minute": ("min", 1.0),
    "h": ("h", 1.0),
    "hour": ("h", 1.0),
    "day": ("d", 1.0),
    "week": ("week", 1.0),
    "month": ("month", 1.0),
    "quarter": ("quarter", 1.0),
    "year": ("year", 1.0),
}
_FACTORS = {"bp": 0.01, "bps": 0.01, "basis point": 0.01, "basis points": 0.01, "‰": 0.1}
_SIZES = {"kb": "kB", "mb": "MB", "gb": "GB", "tb": "TB"}
_PERCENT = r"%|percent\b|per cent\b|‰"
_POINTS = r"percentage points?\b|percentage-points?\b|%-points?|pp\b|p\.p\.|basis points?\b|bps?\b|points?\b|pts?\b"
_FOLD = r"x\b|×|fold\b|times\b"
_TIME = (
    r"(?:microseconds?|milliseconds?|seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?)\b"
    r"|(?:us|µs|ms|sec|s|min|h)\b"
)
_SIZE = r"[kMGT]B\b"
_MONEY_AFTER = r"€|(?:EUR|USD|GBP|CHF)\b|\$|£|(?:euros?|dollars?|pounds?)\b"
_KINDS: tuple[tuple[str, Kind, str], ...] = (
    (_POINTS, "points", "points"),
    (_PERCENT, "percent", "%"),
    (_FOLD, "fold", "x"),
)
UNIT = f"{_POINTS}|{_PERCENT}|{_FOLD}|{_TIME}|{_SIZE}|{_MONEY_AFTER}"


def parse_unit(text: str) -> tuple[Kind, str, float]:
    """Kind, name and factor of a unit as written; ``("plain", "", 1.0)`` where there is none.

    >>> parse_unit("percent"), parse_unit("bps"), parse_unit("€"), parse_unit("hours")
    (('percent', '%', 1.0), ('points', 'points', 0.01), ('money', 'EUR', 1.0), ('time', 'h', 1.0))
    """
    low = text.lower()
    for pattern, kind, name in _KINDS:
        if re.fullmatch(pattern, text, re.IGNORECASE):
            return kind, name, _FACTORS.get(low, 1.0)
    if low in _MONEY:
        return "money", _MONEY[low], 1.0
    if low in _SIZES:
        return "quantity", _SIZES[low], 1.0
    unit, factor = _TIMES.get(low) or _TIMES.get(low.removesuffix("s")) or ("", 1.0)
    return "time" if unit else "plain", unit, factor
