"""Verification of the hash chain, and diagnosis of changed, removed, inserted or reordered records."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import msgspec

from starcase.errors import LedgerCorrupt
from starcase.evidence.hash_chain import GENESIS, Row, compute_entry_hash

FaultKind = Literal["changed", "removed", "inserted", "reordered"]
MOST_TRIALS = 2_000


@dataclass(frozen=True, slots=True)
class Head:
    """The recorded end of the ledger: number of records and hash of the last."""

    count: int
    hash: str


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One record that was changed, removed, inserted or reordered.

    Args:
        seq: its position when it was written; for an inserted record, where it is now.
        kind: what was done to it.
        id: the record's id; empty where it is gone.
        why: how it shows.
    """

    seq: int
    kind: FaultKind
    id: str
    why: str

    def __str__(self) -> str:
        return f"record {self.seq}{f' ({self.id})' if self.id else ''} was {self.kind}: {self.why}"


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of reading a whole chain."""

    records: int
    head: str
    faults: tuple[Fault, ...]

    @property
    def intact(self) -> bool:
        """Whether every record is unchanged and at its position."""
        return not self.faults

    def require(self, where: str) -> None:
        """Raise LedgerCorrupt with every fault."""
        if self.faults:
            raise LedgerCorrupt(
                f"the ledger was changed after it was written: {len(self.faults)} fault(s)",
                where=where,
                why="; ".join(str(fault) for fault in self.faults[:10]),
                mend="restore the ledger from a copy whose `starcase log --verify` prints the head you noted",
            )


def verify(rows: Iterable[Row], head: Head) -> tuple[bool, int]:
    """Return whether rows in order of seq form the whole chain up to ``head``, and the number of rows read.

    The common case, streamed: one hash a record.
    """
    pack, last, count = msgspec.msgpack.Encoder().encode, GENESIS, 0
    for row in rows:
        count += 1
        stored = row[11]
        if row[0] != count or row[10] != last or sha256(pack(row[:11])).hexdigest() != stored:
            return False, count
        last = stored
    return (count, last) == (head.count, head.hash), count


def diagnose(rows: Sequence[Row], head: Head) -> tuple[Fault, ...]:
    """Return every fault of a broken chain.

    First the true position of each record is found: the one at which its content has its stored hash. Then the chain
    is followed from the head backwards: a record without a reference was inserted, a referenced but missing record was
    removed, and a record out of order was moved.
    """
    places = _find_true_places(rows, head)
    end = next((place for row, place in zip(rows, places, strict=True) if place and row[11] == head.hash), head.count)
    at_place: dict[int, list[Row]] = {}
    changed: dict[int, Fault] = {}
    for row, place in zip(rows, places, strict=True):
        if place is None:
            changed[row[0]] = Fault(row[0], "changed", row[1], "its content does not match its hash")
        else:
            at_place.setdefault(place, []).append(row)
    faults, authentic = _follow_chain(at_place, changed, Head(end, head.hash))
    faults += _find_moved(authentic, faults)
    if not faults:
        faults = [Fault(head.count, "changed", "head", f"it counts {head.count} records, but there are {end}")]
    return tuple(sorted(faults))


def _find_true_places(rows: Sequence[Row], head: Head) -> list[int | None]:
    own = [compute_entry_hash(row[:11]) == row[11] for row in rows]
    present = {row[0] for row in rows}
    vacant = [seq for seq in range(1, head.count + 1) if seq not in present] if len(present) < head.count else []
    broken = [row[0] for row, whole in zip(rows, own, strict=True) if not whole]
    elsewhere = (vacant + broken)[:MOST_TRIALS]
    places: list[int | None] = []
    shift = 0
    for row, whole in zip(rows, own, strict=True):
        if whole:
            places.append(row[0])
            continue
        trials = (row[0] + shift, row[0] + shift + 1, row[0] + shift - 1, *elsewhere)
        place = next((seq for seq in trials if compute_entry_hash((seq, *row[1:11])) == row[11]), None)
        shift = shift if place is None else place - row[0]
        places.append(place)
    return places


def _follow_chain(
    at_place: dict[int, list[Row]], changed: dict[int, Fault], head: Head
) -> tuple[list[Fault], list[tuple[int, Row]]]:
    faults: list[Fault] = []
    authentic: list[tuple[int, Row]] = []
    spare = dict(changed)
    expected: str | None = head.hash
    for place in range(max(head.count, *at_place, *changed, 0, 0), 0, -1):
        here = at_place.get(place, [])
        if place > head.count:
            faults += [Fault(row[0], "inserted", row[1], "it lies beyond the head of the chain") for row in here]
            continue
        real = next((row for row in here if expected is None or row[11] == expected), None)
        if real is None and here:
            real = here[0]
            faults.append(Fault(place, "changed", real[1], "the chain expects another hash at its position"))
        faults += [
            Fault(row[0], "inserted", row[1], "the chain does not refer to it") for row in here if row is not real
        ]
        if real is not None:
            authentic.append((place, real))
            expected = real[10]
        elif place in spare:
            faults.append(spare.pop(place))
            expected = None
        else:
            why = "the chain ends before its head" if not authentic else "the chain refers to it, but it is missing"
            faults.append(Fault(place, "removed", "", why))
            expected = None
    faults += [Fault(f.seq, "inserted", f.id, "it has no position in the chain") for f in spare.values()]
    return faults, authentic[::-1]


def _find_moved(authentic: list[tuple[int, Row]], faults: list[Fault]) -> list[Fault]:
    shifted = any(fault.kind in {"removed", "inserted"} for fault in faults)
    stays = _find_longest_rising([row[0] for _, row in authentic]) if shifted else None
    return [
        Fault(place, "reordered", row[1], f"it was written as record {place} and is now at {row[0]}")
        for index, (place, row) in enumerate(authentic)
        if (index not in stays if stays is not None else row[0] != place)
    ]


def _find_longest_rising(values: Sequence[int]) -> set[int]:
    tails: list[int] = []
    tail_index: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        at = bisect_left(tails, value)
        before.append(tail_index[at - 1] if at else -1)
        tails[at : at + 1] = [value]
        tail_index[at : at + 1] = [index]
    chosen: set[int] = set()
    index = tail_index[-1] if tail_index else -1
    while index >= 0:
        chosen.add(index)
        index = before[index]
    return chosen
