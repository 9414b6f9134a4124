"""The hash chain: each record's hash covers its content, its position, and the previous hash."""

from __future__ import annotations

from hashlib import sha256

import msgspec

GENESIS = "0" * 64
COLUMNS = 'seq, id, "case", kind, version, at, actor, key, recorded, payload, previous, hash'

Sealed = tuple[int, str, str, str, int, int, str, str, int, bytes, str]
Row = tuple[int, str, str, str, int, int, str, str, int, bytes, str, str]

_pack = msgspec.msgpack.Encoder().encode


def compute_entry_hash(content: Sealed) -> str:
    """The hash of (seq, id, case, kind, version, at, actor, key, recorded, payload, previous).

    The content is laid out as one MessagePack array, in which every part carries its own length, so that no two
    contents share a layout. Source: FIPS 180-4, SHA-256.

    >>> compute_entry_hash((1, "note-1", "cards", "note", 1, 0, "ana", "", 0, b"{}", GENESIS))[:12]
    'b0f0bc7f24ac'
    """
    return sha256(_pack(content)).hexdigest()
