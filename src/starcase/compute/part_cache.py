"""A cache of parts of fits that are equal for several parameter sets."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

Part = TypeVar("Part")
MOST_BYTES = 1e9


@dataclass(slots=True)
class _PartCache:
    parts: dict[Hashable, Any] = field(default_factory=dict)
    size: float = 0.0


_OPEN: list[_PartCache] = []


@contextmanager
def open_part_cache() -> Iterator[None]:
    """Let fits inside the block share the parts made by ``cache_part``; they are released at the end of the block.

    Outside of a block every fit makes all of its parts, so that its measured time and memory are complete.
    """
    _OPEN.append(_PartCache())
    try:
        yield
    finally:
        _OPEN.pop()


def cache_part(make: Callable[[], Part], key: Callable[[], Hashable], *, size: float = 0.0) -> Part:
    """Return the part of ``make``: made once for each key inside ``open_part_cache``, and at every call outside of it.

    Args:
        make: creates the part, which must not be modified; it must not use a random generator that is used later.
        key: returns everything the part depends on: its kind, a digest of the rows, parameters, the generator's state.
        size: size of the part, bytes; if the total exceeds ``MOST_BYTES`` the part is not kept.

    >>> made = []
    >>> def make() -> int:
    ...     made.append(1)
    ...     return len(made)
    >>> with open_part_cache():
    ...     [cache_part(make, lambda: ("rows", trees)) for trees in (20, 20, 30)]
    [1, 1, 2]
    >>> cache_part(make, lambda: ("rows", 20))
    3
    """
    if not _OPEN:
        return make()
    kept, name = _OPEN[-1], key()
    if name in kept.parts:
        return cast("Part", kept.parts[name])
    part = make()
    if kept.size + size <= MOST_BYTES:
        kept.parts[name] = part
        kept.size += size
    return part
