"""Check the values of a case, so that every case that can be created can run."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from starcase.errors import CaseFileError

FEWEST_SHARES = 2
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def require_name(value: str, key: str) -> None:
    """Require that ``value`` can be part of a path, an address and a record id."""
    if not _NAME.fullmatch(value):
        raise CaseFileError(
            f"{value!r} cannot be a name",
            key=key,
            why="names are part of paths and record ids",
            mend="use letters, digits, '-', '_' and '.', beginning with a letter or digit; `title` is for people",
        )


def require_value(value: str, key: str) -> None:
    """Require that ``value`` is not empty."""
    if not value.strip():
        raise CaseFileError(f"`{key}` is empty", key=key, mend=f"give `{key}` a value")


def require_between(value: float, key: str, *, low: float, high: float = math.inf, open_low: bool = False) -> None:
    """Require ``low <= value <= high`` (``low < value`` with ``open_low``), and finite."""
    if not math.isfinite(value) or value > high or value < low or (open_low and value == low):
        least = f"more than {low:g}" if open_low else f"at least {low:g}"
        most = "" if math.isinf(high) else f" and at most {high:g}"
        raise CaseFileError(f"`{key}` is {value:g}; it must be {least}{most}", key=key)


def require_probability(value: float, key: str) -> None:
    """Require ``0 < value < 1``."""
    if not 0 < value < 1:
        raise CaseFileError(f"`{key}` is {value:g}; it must be more than 0 and less than 1", key=key)


def require_shares(values: Sequence[float], key: str) -> None:
    """Require no shares, or at least two different shares of the data, each above 0 and below 1."""
    if not values:
        return
    if len(set(values)) < max(FEWEST_SHARES, len(values)) or not all(0 < share < 1 for share in values):
        raise CaseFileError(
            f"`{key}` is {', '.join(f'{share:g}' for share in values)}; it must be empty or hold at least "
            f"{FEWEST_SHARES} different shares of the data, each more than 0 and less than 1",
            key=key,
            mend=f"write {key} = [0.0625, 0.25] or {key} = []",
        )


def require_finite(values: Mapping[str, object], key: str) -> None:
    """Require that no value is infinite or NaN."""
    for name, value in values.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise CaseFileError(f"`{name}` is {value}; it must be a finite number", key=f"{key}.{name}")


def require_unique(names: Iterable[str], key: str) -> None:
    """Require that no name occurs twice."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise CaseFileError(f"{twice[0]!r} occurs twice under `{key}`", key=key, mend="rename or remove one of them")


def require_cohorts(values: Mapping[str, Sequence[object]], key: str) -> None:
    """Require that every feature has a name and at least one value."""
    for name, wanted in values.items():
        require_value(name, key)
        if not wanted:
            raise CaseFileError(
                f"`{name}` has no value, so the cohort is empty",
                key=f"{key}.{name}",
                mend='write for example cohorts = {platform = ["web"]}',
            )


def require_widening(steps: Sequence[tuple[float, Mapping[str, Sequence[object]]]], key: str) -> None:
    """Require at least one step, and that every step adds units to all steps before it."""
    for place, step in enumerate(steps):
        if not 0 < step[0] <= 1 or any(_is_within(step, before) for before in steps[:place]):
            raise CaseFileError(
                f"step {place + 1} of `{key}` is {step[0]:g}; steps must be shares of units, each wider than the one "
                "before" + (", or of other cohorts" if any(of for _, of in steps) else ""),
                key=key,
                mend="write for example steps = [0.05, 0.25, 1.0]",
            )
    if not steps:
        raise CaseFileError(f"`{key}` is empty", key=key, mend="write for example steps = [0.05, 0.25, 1.0]")


def _is_within(
    step: tuple[float, Mapping[str, Sequence[object]]], other: tuple[float, Mapping[str, Sequence[object]]]
) -> bool:
    return step[0] <= other[0] and all(
        set(step[1].get(name, ())) <= set(wanted) and name in step[1] for name, wanted in other[1].items()
    )
