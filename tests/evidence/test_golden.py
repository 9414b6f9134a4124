from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from starcase.evidence import Ledger
from starcase.evidence.records import KINDS, NoteRecord
from starcase.evidence.schema import LEDGER
from starcase.tables.clock import SimulatedClock

GOLDEN = Path(__file__).parent / "golden"
HEADS = {
    "v1": "c6af304958ba3df7ea78a25b5d5946cf1ec3a146ea4ce7f67f0cb557fc9751a7",
    "v1-2": "94cd20182320d141445fcff1ca12316294bcb6fef932e818004a4cc00470ead4",
    "v1-3": "345f5b3811cd0b31a092c8b5101ae581dbe21e1f3755e2453521495044da81c4",
}
DIGESTS = {
    "v1": "2f6207ea0c77fc9c09a0eb9b15d69a41c1c2657e6341f2f652a0c33c62423cdc",
    "v1-2": "261b12f81ea9d4ecace319168fa473556037bcf58baba153387f2842f742bcfe",
    "v1-3": "9255ce6ca33b7ceac85876c7400d9e5c5909aba35685e95fd8a6c54ce0702714",
}
FIGURES = {
    "v1": "contest-1#standings.0.figures.0",
    "v1-2": "analysis-1#questions.0.figures.0",
    "v1-3": "refit-1#costs.0",
}


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
        assert any(figure.evidence == FIGURES[version] for figure in ledger.figures())
        ledger.append(NoteRecord(text="written by a later program"))
        assert ledger.verify().intact


def test_every_version_and_every_kind_has_its_golden_record(tmp_path: Path) -> None:
    assert sorted(HEADS) == sorted(path.stem for path in GOLDEN.glob("v*.sqlite"))
    assert f"v{LEDGER.version}" in HEADS
    kinds = set()
    for path in GOLDEN.glob(f"v{LEDGER.version}*.sqlite"):
        with opened(Path(shutil.copy(path, tmp_path))) as ledger:
            kinds |= {entry.kind for entry in ledger.entries()}
    assert kinds == set(KINDS)
