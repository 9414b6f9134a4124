"""A small cache of tables that all candidates share."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


def compute_cached(kept: dict[Key, Made], key: Key, make: Callable[[], Made], *, most: int) -> Made:
    """Return the cached value of ``key``, or compute it; above ``most`` entries the oldest is removed.

    >>> kept: dict[str, str] = {}
    >>> [compute_cached(kept, word, lambda: word.upper(), most=2) for word in ("a", "b", "a", "c")], list(kept)
    (['A', 'B', 'A', 'C'], ['b', 'c'])
    """
    if key not in kept:
        while len(kept) >= most:
            del kept[next(iter(kept))]
        kept[key] = make()
    return kept[key]
