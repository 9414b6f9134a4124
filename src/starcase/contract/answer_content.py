"""The content of an answer: the served part, as plain values, as short text, and as single values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

import msgspec
import numpy as np

from starcase.contract.logged_propensity import PROPENSITY
from starcase.contract.request import Json, Scalar
from starcase.errors import LONGEST, escape_text

ITEMS = "items"
FEW = 5


def select_served_content(content: Json) -> Json:
    """Return the served part of an answer's content: its ``items`` if it has any, otherwise all but the propensity.

    Keys next to the items describe how the list was made: the policy, the catalogue, a fallback.

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
    """Return the content as plain JSON values: numpy numbers and tuples converted, non-finite numbers as None.

    Raises:
        TypeError: a value is not a number, text, boolean, list or mapping.

    >>> normalize_content({"items": ("a", np.int64(2)), "mean": float("nan")})
    {'items': ['a', 2], 'mean': None}
    """
    kept: Json = msgspec.json.decode(_encode(content))
    return kept


def encode_content(content: Json) -> str | None:
    """Return the content as a live metric reads it: JSON with sorted keys, or None without content."""
    return None if content is None else _encode(content).decode()


def describe_content(content: Json) -> str:
    """Return a short description of the served content, escaped and shortened; empty without content.

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
    """Return the single values of the served content by which decisions can be counted; empty if there are none.

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
    """Whether a value is a sequence other than text or bytes."""
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
