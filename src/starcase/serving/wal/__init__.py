"""The write-ahead log of decisions: segments, an index of their ids, and group commits."""

from __future__ import annotations

from starcase.serving.wal.commit import Batch, Durability, WriteAhead
from starcase.serving.wal.importer import Importer
from starcase.serving.wal.index import Index
from starcase.serving.wal.lock import acquire_write_lock
from starcase.serving.wal.record import packed, unpack_decision
from starcase.serving.wal.segment import RecordLocation, WalSegment, list_segments, read_record_at, read_records

__all__ = [
    "Batch",
    "Durability",
    "Importer",
    "Index",
    "RecordLocation",
    "WalSegment",
    "WriteAhead",
    "acquire_write_lock",
    "list_segments",
    "packed",
    "read_record_at",
    "read_records",
    "unpack_decision",
]
