"""The content of an answer: what of it a person gets, in plain values, in few words, and in single numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

import msgspec
import numpy as np

from starcase.contract.request import Json, Scalar
from starcase.errors import LONGEST, escape_text

ITEMS = "items"
PROPENSITY = "propensity"
FEW = 5


def select_served_content(content: Json) -> Json:
    """What of an answer's content its person gets: its ``items`` where it has any, otherwise all but the propensity.

    What stands beside the items says how the list came about: the policy, the catalogue, a fallback.

    >>> (select_served_content({"items": ["a"], "policy": "popularity"}),
    ...  select_served_content({"quantity": 3, "propensity": 0.5}))
    (['a'], {'quantity': 3})
    """
    if not isinstance(content, Mapping):
        return content
    if ITEMS in content:
        return content[ITEMS]
    return {key: value for key, value in content.items() if key != PROPENSITY}


def normalize_content(content: Json) -> Json:
    """The content as JSON keeps it: numpy numbers and tuples as plain ones, what is no finite number as None.

    Raises:
        TypeError: a value is neither a number, text, a boolean, a list nor a mapping.

    >>> normalize_content({"items": ("a", np.int64(2)), "mean": float("nan")})
    {'items': ['a', 2], 'mean': None}
    """
    kept: Json = msgspec.json.decode(_encode(content))
    return kept


def encode_content(content: Json) -> str | None:
    """The content as a live metric sees it: JSON with sorted keys, None where there is none."""
    return None if content is None else _encode(content).decode()


def describe_content(content: Json) -> str:
    """The served content in few words for people, escaped and cut; empty where there is none.

    >>> describe_content({"items": list("abcdefg")}), describe_content({"quantity": 3.0}), describe_content(None)
    ('a, b, c, d, e and 2 more', 'quantity 3.0', '')
    """
    part = select_served_content(content)
    if part is None:
        return ""
    if is_list(part):
        words, named = [_format_word(item) for item in part], "no items"
    elif isinstance(part, Mapping):
        words, named = [f"{_format_word(key)} {_format_word(value)}" for key, value in part.items()], "nothing"
    else:
        return _format_word(part)
    more = f" and {len(words) - FEW} more" if len(words) > FEW else ""
    return (", ".join(words[:FEW]) or named) + more


def extract_facets(content: Json) -> Mapping[str, Scalar]:
    """Single values of the served content that a mix of decisions can be counted by; nothing where there are none.

    >>> extract_facets({"items": ["a", "b"], "policy": "x"}), extract_facets({"quantity": 3.0, "band": [1, 2]})
    ({'first item': 'a', 'items served': 2}, {'content: quantity': 3.0})
    """
    part = select_served_content(content)
    if part is None:
        return {}
    if is_list(part):
        return {"first item": _format_word(part[0]) if part else None, "items served": len(part)}
    if isinstance(part, Mapping):
        return {f"content: {key}": value for key, value in part.items() if isinstance(value, str | int | float)}
    return {"content": part} if isinstance(part, str | int | float) else {}


def is_list(value: Json) -> TypeGuard[Sequence[Json]]:
    """Whether a value is a list of values, and no text."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _encode_number(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a {type(value).__name__} cannot be served as content")


_encode = msgspec.json.Encoder(enc_hook=_encode_number, order="sorted").encode


def _format_word(value: object) -> str:
    text = escape_text(
        value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=_encode_number).decode()
    )
    text = text.replace("\n", "\\n")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
