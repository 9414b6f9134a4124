"""Decisions on the disk before they are answered: segments, an index of their ids, and one commit for many."""

from __future__ import annotations

from starcase.serving.wal.commit import Batch, Durability, WriteAhead
from starcase.serving.wal.importer import Importer
from starcase.serving.wal.index import Index
from starcase.serving.wal.lock import writing
from starcase.serving.wal.record import packed, unpacked
from starcase.serving.wal.segment import Segment, Spot, records, segments, standing

__all__ = [
    "Batch",
    "Durability",
    "Importer",
    "Index",
    "Segment",
    "Spot",
    "WriteAhead",
    "packed",
    "records",
    "segments",
    "standing",
    "unpacked",
    "writing",
]
