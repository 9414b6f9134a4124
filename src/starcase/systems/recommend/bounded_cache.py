"""Tables that every candidate is given alike, kept while few others are asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


def compute_cached(kept: dict[Key, Made], key: Key, make: Callable[[], Made], *, most: int) -> Made:
    """What is kept under ``key``, made where it is not; of more than ``most`` the one made first is let go.

    >>> kept: dict[str, str] = {}
    >>> [compute_cached(kept, word, lambda: word.upper(), most=2) for word in ("a", "b", "a", "c")], list(kept)
    (['A', 'B', 'A', 'C'], ['b', 'c'])
    """
    if key not in kept:
        while len(kept) >= most:
            del kept[next(iter(kept))]
        kept[key] = make()
    return kept[key]
