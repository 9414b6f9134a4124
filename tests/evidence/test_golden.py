from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from starcase.case.clock import SimulatedClock
from starcase.evidence import Ledger
from starcase.evidence.records import KINDS, NoteRecord
from starcase.evidence.schema import LEDGER

GOLDEN = Path(__file__).parent / "golden"
HEADS = {"v1": "5420538cbb2a5810a1d3adf412f45a4e591ca89d45e324665ea997d969a6d4b1"}
DIGESTS = {"v1": "eb68b04c323d8a24b286ba6f2a1c4bc7b5f801a3c0e37d716dead63225466049"}


def opened(path: Path) -> Ledger:
    return Ledger.open(path, case="golden", clock=SimulatedClock(2**50), actor="reader")


def holds(read: Any, written: Any) -> bool:
    if isinstance(written, dict):
        return all(holds(read[name], part) for name, part in written.items())
    if isinstance(written, list):
        return len(read) == len(written) and all(map(holds, read, written))
    return bool(read == written)


@pytest.mark.parametrize("version", sorted(HEADS))
def test_a_ledger_of_a_released_version_reads_verifies_and_grows(version: str, tmp_path: Path) -> None:
    path = Path(shutil.copy(GOLDEN / f"{version}.sqlite", tmp_path))
    with opened(path) as ledger:
        assert ledger.verify().intact
        assert ledger.head() == HEADS[version]
        assert ledger.digest() == DIGESTS[version]
        stored = dict(ledger._connection.execute("SELECT id, payload FROM entries").fetchall())
        for entry in ledger.entries():
            assert holds(msgspec.to_builtins(entry.record), msgspec.json.decode(stored[entry.id])), entry.id
        assert any(figure.evidence == "contest-1#standings.0.figures.0" for figure in ledger.figures())
        ledger.append(NoteRecord(text="written by a later program"))
        assert ledger.verify().intact


def test_every_version_and_every_kind_has_its_golden_record(tmp_path: Path) -> None:
    assert sorted(HEADS) == sorted(path.stem for path in GOLDEN.glob("v*.sqlite"))
    assert f"v{LEDGER.version}" in HEADS
    path = Path(shutil.copy(GOLDEN / f"v{LEDGER.version}.sqlite", tmp_path))
    with opened(path) as ledger:
        assert {entry.kind for entry in ledger.entries()} == set(KINDS)
