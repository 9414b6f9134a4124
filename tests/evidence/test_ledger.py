from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest

from starcase.errors import LedgerConflict, LedgerCorrupt, LedgerError
from starcase.evidence import Figure, Ledger, codec
from starcase.evidence.records import (
    CandidateCost,
    CheckRecord,
    CostRecord,
    Fingerprint,
    NoteRecord,
    Record,
    ReplayRecord,
)
from starcase.tables.clock import SimulatedClock


def open_ledger(folder: Path, *, at: int = 7, wall: int = 1, case: str = "cards") -> Ledger:
    return Ledger.open(
        folder / "ledger.sqlite", case=case, clock=SimulatedClock(at), actor="ana", wall=SimulatedClock(wall)
    )


def replayed(value: float, latency: float) -> ReplayRecord:
    return ReplayRecord(
        replay="r",
        since=0,
        until=9,
        decisions=3,
        outcomes=2,
        figures=(
            Figure(name="alert rate", value=value, unit="share", n=3),
            Figure(name="p99", value=latency, unit="us", clock=True, n=round(latency)),
        ),
        log_sha256="ab",
    )


def cost(seconds: float) -> CostRecord:
    figure = Figure(name="fit", value=seconds, unit="s", clock=True)
    return CostRecord(contest="c", machine="m", costs=(CandidateCost(candidate="a", figures=(figure,)),), front=("a",))


def test_older_record_without_a_new_field_equals_the_new_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, encode = replayed(0.5, 3.0), codec.encode

    def older(record: Record) -> bytes:
        told = msgspec.json.decode(encode(record))
        for figure in told["figures"]:
            del figure["evidence_class"]
        return msgspec.json.encode(told, order="sorted")

    with open_ledger(tmp_path) as ledger:
        monkeypatch.setattr(codec, "encode", older)
        entry = ledger.append(record, key="r")
        monkeypatch.undo()
        assert ledger.append(record, key="r") == entry
        assert ledger.verify().intact
        with pytest.raises(LedgerConflict):
            ledger.append(replayed(0.6, 3.0), key="r")


def test_entry_has_all_fields_of_its_record(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        first = ledger.append(NoteRecord(text="one"))
        second = ledger.append(NoteRecord(text="two"), actor="bo", at=8, key="k")
        assert (first.seq, first.id, first.case, first.kind, first.version) == (1, "note-1", "cards", "note", 1)
        assert (first.at, first.actor, first.recorded) == (7, "ana", 1)
        assert (second.id, second.at, second.actor, second.key) == ("note-2", 8, "bo", "k")
        assert second.previous == first.hash
        assert ledger.head() == second.hash
        assert list(ledger.entries()) == [first, second]
        assert list(ledger.entries(after=1)) == [second]
        assert ledger.entry("note-2") == second
        assert ledger.of(NoteRecord)[1] == (second, NoteRecord(text="two"))
        assert ledger.last(NoteRecord) == (second, NoteRecord(text="two"))
        assert ledger.last(NoteRecord, lambda note: note.text == "one") == (first, NoteRecord(text="one"))
        assert ledger.last(CostRecord) is None
        assert ledger.find_as_of(NoteRecord, 7) == (first, NoteRecord(text="one"))


def test_reopened_ledger_has_every_record(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        kept = ledger.extend([NoteRecord(text="one"), replayed(0.5, 3.0), cost(1.5)])
    with open_ledger(tmp_path) as ledger:
        assert list(ledger.entries()) == kept
        assert list(ledger.entries("cost")) == kept[2:]
        assert ledger.verify().intact
        assert ledger.verify().records == 3


def test_appending_with_the_same_key_returns_the_existing_record(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        first = ledger.append(replayed(0.5, 3.0), key="r")
        assert ledger.append(replayed(0.5, 8.0), key="r") == first
        measured = ledger.append(cost(1.0), key="r")
        assert ledger.append(cost(2.0), key="r") == measured
        with pytest.raises(LedgerConflict, match="replay-1 already exists"):
            ledger.append(replayed(0.6, 3.0), key="r")
        assert ledger.verify().records == 2


def test_digest_is_equal_for_two_runs_at_different_times_on_different_machines(tmp_path: Path) -> None:
    digests = []
    for run, (latency, wall) in enumerate([(3.0, 100), (9.0, 999)]):
        folder = tmp_path / str(run)
        folder.mkdir()
        with open_ledger(folder, wall=wall) as ledger:
            ledger.extend([NoteRecord(text="one"), replayed(0.5, latency), cost(latency)])
            digests.append(ledger.digest())
            heads = ledger.head()
    assert digests[0] == digests[1]
    with open_ledger(tmp_path / "0") as ledger:
        assert ledger.head() != heads
        ledger.append(NoteRecord(text="two"))
        assert ledger.digest() != digests[0]


def test_figures_carry_the_path_to_their_evidence(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.extend([NoteRecord(text="one"), replayed(0.5, 3.0), cost(1.5)])
        assert [(figure.evidence, figure.value) for figure in ledger.figures()] == [
            ("replay-1#figures.0", 0.5),
            ("replay-1#figures.1", 3.0),
            ("cost-1#costs.0.figures.0", 1.5),
        ]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_figure_that_is_not_finite_is_refused_and_named(tmp_path: Path, value: float) -> None:
    with open_ledger(tmp_path) as ledger:
        with pytest.raises(LedgerError, match=r"replay\.figures\.0\.value") as refusal:
            ledger.append(replayed(value, 3.0))
        assert "mend" in str(refusal.value)
        optional = Figure(name="x", value=1.0, unit="count", low=value)
        check = CheckRecord(fingerprint=Fingerprint(path="p", rows=1, columns=(), sha256="a"), figures=(optional,))
        with pytest.raises(LedgerError, match=r"check\.figures\.0\.low"):
            ledger.append(check)
        assert ledger.verify().records == 0


def test_whole_numbers_in_real_fields_read_back_equal(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        first = ledger.append(replayed(1, 3.0), key="k")
        assert ledger.append(replayed(1.0, 3.0), key="k") == first


def test_unknown_fields_are_ignored_and_missing_optional_ones_defaulted(tmp_path: Path) -> None:
    from starcase.evidence.codec import decode

    assert decode("note", 1, b'{"text":"one","mood":"good"}', where="") == NoteRecord(text="one")
    with pytest.raises(LedgerError, match="cannot be read"):
        decode("note", 1, b'{"part":"action"}', where="record 3")
    with pytest.raises(LedgerError, match="not known"):
        decode("note", 2, b'{"text":"one"}', where="record 3")
    with pytest.raises(LedgerError, match="not known"):
        decode("prophecy", 1, b"{}", where="record 3")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET actor = 'eve'",
        "DELETE FROM entries",
        "INSERT OR REPLACE INTO entries SELECT * FROM entries",
        'INSERT OR REPLACE INTO entries SELECT 2, id, "case", kind, 1, 0, "", "", 0, payload, hash, hash FROM entries',
        "UPDATE head SET count = 0",
        "DELETE FROM head",
    ],
)
def test_sql_cannot_change_what_was_written(tmp_path: Path, statement: str) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.append(NoteRecord(text="one"))
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            ledger._connection.execute(statement)
        assert ledger.verify().intact


def test_other_files_are_refused_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"time,amount\n1,2\n" * 100)
    with pytest.raises(LedgerCorrupt, match="where"):
        open_ledger(tmp_path)
    assert path.read_bytes().startswith(b"time,amount")
    path.unlink()
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE songs (name TEXT)")
    foreign.close()
    with pytest.raises(LedgerError, match="another program"):
        open_ledger(tmp_path)
    with pytest.raises(LedgerError, match="no folder"):
        open_ledger(tmp_path / "nowhere")


def test_a_newer_file_and_another_case_are_refused(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.append(NoteRecord(text="one"))
    with pytest.raises(LedgerError, match="case 'cards'"):
        open_ledger(tmp_path, case="shops")
    raw = sqlite3.connect(tmp_path / "ledger.sqlite")
    raw.execute("PRAGMA user_version=99")
    raw.close()
    with pytest.raises(LedgerError, match="newer Starcase"):
        open_ledger(tmp_path)


def test_damaged_page_raises_an_error_with_location_and_mend(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.extend([NoteRecord(text="x" * 500) for _ in range(100)])
    path = tmp_path / "ledger.sqlite"
    content = bytearray(path.read_bytes())
    content[4096 * 8 : 4096 * 20] = b"\xff" * (4096 * 12)
    path.write_bytes(content)
    with pytest.raises(LedgerCorrupt, match="restore"), open_ledger(tmp_path) as ledger:
        list(ledger.entries())
