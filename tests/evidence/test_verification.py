from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.errors import LedgerCorrupt
from starcase.evidence import Ledger
from starcase.evidence.hash_chain import GENESIS, Row, compute_entry_hash
from starcase.evidence.records import NoteRecord
from starcase.evidence.verification import Fault, Head, diagnose, verify
from starcase.tables.clock import SimulatedClock

SIZE = 9


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with open_ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.extend([NoteRecord(text=f"note {n}") for n in range(1, SIZE + 1)])
    return tmp_path / "ledger.sqlite"


def open_ledger(path: Path) -> Ledger:
    return Ledger.open(path, case="cards", clock=SimulatedClock(0), actor="ana")


@contextmanager
def tampering(path: Path) -> Iterator[sqlite3.Connection]:
    raw = sqlite3.connect(path)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    yield raw
    raw.commit()
    raw.close()


def faults(path: Path) -> list[tuple[int, str, str]]:
    with open_ledger(path) as ledger:
        return [(fault.seq, fault.kind, fault.id) for fault in ledger.verify().faults]


def test_a_changed_record_is_named(path: Path) -> None:
    with tampering(path) as raw:
        raw.execute("UPDATE entries SET actor = 'eve' WHERE seq = 4")
    assert faults(path) == [(4, "changed", "note-4")]


def test_a_record_changed_together_with_its_hash_is_named(path: Path) -> None:
    with tampering(path) as raw:
        row = raw.execute("SELECT * FROM entries WHERE seq = 4").fetchone()
        forged = (*row[:6], "eve", *row[7:11])
        raw.execute("UPDATE entries SET actor = 'eve', hash = ? WHERE seq = 4", (compute_entry_hash(forged),))
    assert faults(path) == [(4, "changed", "note-4")]


def test_a_removed_record_is_named_even_when_the_rest_is_renumbered(path: Path) -> None:
    with tampering(path) as raw:
        raw.execute("DELETE FROM entries WHERE seq = 4")
    assert faults(path) == [(4, "removed", "")]
    with tampering(path) as raw:
        for seq in range(5, SIZE + 1):
            raw.execute("UPDATE entries SET seq = seq - 1 WHERE seq = ?", (seq,))
        raw.execute("UPDATE head SET count = count - 1")
    assert faults(path) == [(4, "removed", "")]


def test_an_inserted_record_is_named(path: Path) -> None:
    with tampering(path) as raw:
        for seq in range(SIZE, 3, -1):
            raw.execute("UPDATE entries SET seq = seq + 1 WHERE seq = ?", (seq,))
        before = raw.execute("SELECT * FROM entries WHERE seq = 3").fetchone()
        forged = (4, "note-99", *before[2:10], before[11])
        raw.execute("INSERT INTO entries VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", (*forged, compute_entry_hash(forged)))
    assert faults(path) == [(4, "inserted", "note-99")]


def test_a_record_added_past_the_head_is_named(path: Path) -> None:
    with tampering(path) as raw:
        last = raw.execute("SELECT * FROM entries ORDER BY seq DESC").fetchone()
        forged = (SIZE + 1, "note-99", *last[2:10], last[11])
        raw.execute("INSERT INTO entries VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", (*forged, compute_entry_hash(forged)))
    assert faults(path) == [(SIZE + 1, "inserted", "note-99")]


def test_reordered_records_are_named(path: Path) -> None:
    with tampering(path) as raw:
        for old, new in [(4, 99), (7, 4), (99, 7)]:
            raw.execute("UPDATE entries SET seq = ? WHERE seq = ?", (new, old))
    assert faults(path) == [(4, "reordered", "note-4"), (7, "reordered", "note-7")]


def test_a_truncated_tail_is_named_and_nothing_is_appended_to_it(path: Path) -> None:
    with tampering(path) as raw:
        raw.execute("DELETE FROM entries WHERE seq > 6")
    assert faults(path) == [(7, "removed", ""), (8, "removed", ""), (9, "removed", "")]
    with open_ledger(path) as ledger:
        with pytest.raises(LedgerCorrupt, match="no record can be appended"):
            ledger.append(NoteRecord(text="after"))
        with pytest.raises(LedgerCorrupt, match="record 7 was removed"):
            ledger.verify().require(str(path))


def test_several_faults_at_once_are_all_named(path: Path) -> None:
    with tampering(path) as raw:
        raw.execute("UPDATE entries SET payload = CAST('{}' AS BLOB) WHERE seq = 2")
        raw.execute("DELETE FROM entries WHERE seq = 5")
        raw.execute("UPDATE entries SET at = 5 WHERE seq = 8")
    assert faults(path) == [(2, "changed", "note-2"), (5, "removed", ""), (8, "changed", "note-8")]


def test_tampered_head_is_reported(path: Path) -> None:
    with tampering(path) as raw:
        raw.execute("UPDATE head SET hash = ?", (GENESIS,))
    assert faults(path) == [(SIZE, "changed", f"note-{SIZE}")]


def test_head_with_a_wrong_count_is_reported(path: Path) -> None:
    with tampering(path) as raw:
        raw.execute("UPDATE head SET count = count + 3")
    assert faults(path) == [(SIZE + 3, "changed", "head")]


def chain(size: int) -> list[Row]:
    rows: list[Row] = []
    for seq in range(1, size + 1):
        previous = rows[-1][11] if rows else GENESIS
        content = (seq, f"note-{seq}", "c", "note", 1, seq, "a", "", 0, b"{}", previous)
        rows.append((*content, compute_entry_hash(content)))
    return rows


@given(size=st.integers(1, 12), data=st.data())
def test_any_single_manipulation_names_its_record(size: int, data: st.DataObject) -> None:
    rows = chain(size)
    head = Head(size, rows[-1][11])
    assert verify(rows, head) == (True, size)
    place = data.draw(st.integers(1, size))
    if data.draw(st.booleans()):
        del rows[place - 1]
        expected = Fault(place, "removed", "", "")
    else:
        row = rows[place - 1]
        rows[place - 1] = (*row[:5], row[5] + 1, *row[6:])
        expected = Fault(place, "changed", row[1], "")
    assert not verify(rows, head)[0]
    assert [(f.seq, f.kind, f.id) for f in diagnose(rows, head)] == [(expected.seq, expected.kind, expected.id)]


@given(size=st.integers(2, 12), data=st.data())
def test_records_in_another_order_are_named(size: int, data: st.DataObject) -> None:
    rows = chain(size)
    head = Head(size, rows[-1][11])
    order = data.draw(st.permutations(range(size)))
    moved = [(place + 1, *rows[index][1:]) for place, index in enumerate(order)]
    named = {fault.seq for fault in diagnose(moved, head) if fault.kind == "reordered"}
    assert named == {index + 1 for place, index in enumerate(order) if place != index}
