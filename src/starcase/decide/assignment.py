"""Assignment of a unit to a bucket: deterministic, salted, sticky."""

from __future__ import annotations

import xxhash

BUCKETS = 10_000


def compute_bucket(salt: str, unit: str) -> int:
    """Compute the bucket of a unit, 0 to ``BUCKETS`` - 1, uniform and independent between salts.

    Salt and unit are length-prefixed, so that ``("a", "bc")`` and ``("ab", "c")`` differ. Source: xxHash, XXH3 64 bits.

    >>> compute_bucket("cards/1", "card-7") == compute_bucket("cards/1", "card-7")
    True
    """
    return xxhash.xxh3_64_intdigest(f"{len(salt)}:{salt}{unit}".encode()) % BUCKETS
