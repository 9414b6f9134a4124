"""The settings of a resolved case.toml, and the differences between two of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from starcase.evidence.records.setting import Setting, SettingChange

NAMES = ("name", "metric", "text")
NOT_SET = "not set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One value of a resolved case: its key, its path, and its value (a list in TOML notation)."""

    key: str
    path: str
    value: str | int | float | bool


def iterate_leaves(table: Mapping[str, object], key: str = "", path: str = "") -> Iterator[Leaf]:
    """Iterate over the values of a TOML table; list items are keyed by name, metric or text, else by position.

    >>> [leaf.key for leaf in iterate_leaves({"seed": 7, "gates": [{"name": "slices", "level": 0.9}]})]
    ['seed', 'gates.slices.name', 'gates.slices.level']
    """
    for name, value in table.items():
        yield from _iterate_leaves(value, f"{key}.{name}" if key else name, f"{path}.{name}" if path else name)


def select_settings(resolved: str, sections: Sequence[str]) -> tuple[Setting, ...]:
    r"""Return the settings of a resolved case in these tables or under these keys.

    >>> select_settings('[contest]\nlevel = 0.9\nlevels = 2', ("contest.level",))
    (Setting(key='contest.level', value=0.9),)
    """
    return tuple(
        Setting(key=leaf.key, value=leaf.value)
        for leaf in iterate_leaves(tomllib.loads(resolved))
        if any(leaf.key == section or leaf.key.startswith(f"{section}.") for section in sections)
    )


def find_changed_settings(before: str, now: str) -> tuple[SettingChange, ...]:
    r"""Return the keys whose value differs between two resolved cases, in their order.

    >>> find_changed_settings("[objective]\nmargin = 0.0", "[objective]\nmargin = 0.3")
    (SettingChange(key='objective.margin', before='0.0', now='0.3'),)
    """
    old = {leaf.key: format_setting(leaf.value) for leaf in iterate_leaves(tomllib.loads(before))}
    new = {leaf.key: format_setting(leaf.value) for leaf in iterate_leaves(tomllib.loads(now))}
    differing = [key for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key)]
    return tuple(
        SettingChange(key=key, before=old.get(key, NOT_SET), now=new.get(key, NOT_SET))
        for key in differing
        if not any(other.startswith(f"{key}.") for other in differing)
    )


def format_setting(value: str | float) -> str:
    """Return a value as text: empty text as ``""``, booleans in TOML notation.

    >>> format_setting(""), format_setting(True), format_setting(0.25), format_setting("weak")
    ('""', 'true', '0.25', 'weak')
    """
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) or '""'


def _iterate_leaves(value: object, key: str, path: str) -> Iterator[Leaf]:
    if isinstance(value, Mapping):
        yield from iterate_leaves(value, key, path)
    elif isinstance(value, list) and any(isinstance(part, Mapping) for part in value):
        for place, part in enumerate(value):
            yield from _iterate_leaves(part, f"{key}.{_choose_name(part, place)}", f"{path}.{place}")
    elif isinstance(value, str | int | float | bool):
        yield Leaf(key=key, path=path, value=value)
    else:
        yield Leaf(key=key, path=path, value=msgspec.json.encode(value).decode())


def _choose_name(part: object, place: int) -> str:
    named = [str(part[name]) for name in NAMES if name in part] if isinstance(part, Mapping) else []
    return named[0] if named else str(place)
