from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from starcase.evidence import DecisionLog, Ledger
from starcase.evidence.records import NoteRecord
from starcase.tables.clock import SimulatedClock

ROOT = Path(__file__).parents[2]
NEVER_ENDING = 10**9


def start(what: str, path: Path, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("appender.py")), what, str(path), name, str(count)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
    )


def acknowledged_before_kill(process: subprocess.Popen[str], seconds: float) -> list[str]:
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    return [first.strip(), *(line for line in rest.split("\n")[:-1])]


def opened(path: Path) -> Ledger:
    return Ledger.open(path, case="cards", clock=SimulatedClock(2), actor="reader")


def test_several_processes_append_to_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    writers = [start("ledger", path, name, 25) for name in ("ana", "bo", "cy", "di")]
    hashes = [line for writer in writers for line in writer.communicate()[0].split()]
    assert [writer.returncode for writer in writers] == [0] * 4
    with opened(path) as ledger:
        assert ledger.verify().intact
        assert sorted(entry.hash for entry in ledger.entries()) == sorted(hashes)
        assert [entry.id for entry in ledger.entries()] == [f"note-{n}" for n in range(1, 101)]


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.11])
def test_acknowledged_ledger_records_survive_kill_9(tmp_path: Path, seconds: float) -> None:
    path = tmp_path / "ledger.sqlite"
    acknowledged = acknowledged_before_kill(start("ledger", path, "ana", NEVER_ENDING), seconds)
    with opened(path) as ledger:
        kept = [entry.hash for entry in ledger.entries()]
        assert kept[: len(acknowledged)] == acknowledged
        assert len(kept) <= len(acknowledged) + 1
        assert ledger.verify().intact
    start("ledger", path, "ana", len(kept) + 2).communicate()
    with opened(path) as ledger:
        assert [entry.hash for entry in ledger.entries()][: len(kept)] == kept
        assert ledger.verify().records == len(kept) + 2


@pytest.mark.parametrize("seconds", [0.0, 0.03, 0.12])
def test_acknowledged_decisions_survive_kill_9(tmp_path: Path, seconds: float) -> None:
    path = tmp_path / "decisions.sqlite"
    acknowledged = acknowledged_before_kill(start("decisions", path, "ana", NEVER_ENDING), seconds)
    with DecisionLog.open(path) as log:
        kept = {one.id for one in log.read(limit=NEVER_ENDING)}
        table = log.table(known_by=9)
        known = {f"outcome {id_}" for id_ in table.filter(table["outcome"] == 1.0)["id"]}
        assert set(acknowledged) <= kept | known
        assert len(kept) % 20 == 0, "a batch is kept whole or not at all"


@pytest.mark.parametrize("cut", [1, 700, 5_000])
def test_a_torn_write_ahead_log_loses_only_its_torn_end(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = opened(path)
    kept = [ledger.append(NoteRecord(text=f"note {number}")) for number in range(40)]
    torn = tmp_path / "torn" / "ledger.sqlite"
    torn.parent.mkdir()
    shutil.copy(path, torn)
    log = Path(f"{path}-wal").read_bytes()
    Path(f"{torn}-wal").write_bytes(log[: len(log) - cut] + b"\xa5" * (cut // 2))
    ledger.close()
    with opened(torn) as survivor:
        left = list(survivor.entries())
        assert 0 < len(left) < len(kept)
        assert left == kept[: len(left)]
        assert survivor.verify().intact
        survivor.append(NoteRecord(text="life goes on"))
        assert survivor.verify().intact
