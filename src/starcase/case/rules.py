"""What a value of the case may be, so that a case that exists is a case that can run."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from starcase.errors import CaseFileError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def named(value: str, key: str) -> None:
    """``value`` is a name that can stand in a path, an address and a record id."""
    if not _NAME.fullmatch(value):
        raise CaseFileError(
            f"{value!r} cannot be a name",
            key=key,
            why="names stand in paths and record ids",
            mend="use letters, digits, '-', '_' and '.', beginning with a letter or digit; `title` is for people",
        )


def given(value: str, key: str) -> None:
    """``value`` is not empty."""
    if not value.strip():
        raise CaseFileError(f"`{key}` is empty", key=key, mend=f"give `{key}` a value")


def between(value: float, key: str, *, low: float, high: float = math.inf, open_low: bool = False) -> None:
    """``low <= value <= high`` (``low < value`` with ``open_low``), and finite."""
    if not math.isfinite(value) or value > high or value < low or (open_low and value == low):
        least = f"more than {low:g}" if open_low else f"at least {low:g}"
        most = "" if math.isinf(high) else f" and at most {high:g}"
        raise CaseFileError(f"`{key}` is {value:g}; wanted is {least}{most}", key=key)


def probability(value: float, key: str) -> None:
    """``0 < value < 1``."""
    if not 0 < value < 1:
        raise CaseFileError(f"`{key}` is {value:g}; wanted is more than 0 and less than 1", key=key)


def finite(values: Mapping[str, object], key: str) -> None:
    """No value is an infinity or NaN: they are not equal to themselves or to anything one could measure."""
    for name, value in values.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise CaseFileError(f"`{name}` is {value}; wanted is a finite number", key=f"{key}.{name}")


def once(names: Iterable[str], key: str) -> None:
    """No name stands twice."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise CaseFileError(f"{twice[0]!r} stands twice under `{key}`", key=key, mend="rename or remove one of them")


def ascending_shares(shares: tuple[float, ...], key: str) -> None:
    """``0 < share <= 1``, each step wider than the one before, at least one."""
    narrow = [b for a, b in zip((0.0, *shares), shares, strict=False) if not a < b <= 1]
    if not shares or narrow:
        raise CaseFileError(
            f"`{key}` is {list(shares)}; wanted are shares of units, each wider than the one before",
            key=key,
            mend="write for example steps = [0.05, 0.25, 1.0]",
        )
