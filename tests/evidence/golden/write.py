"""Write the golden ledger of this working tree's version: ``PYTHONPATH=src:. python tests/evidence/golden/write.py``.

A golden ledger is committed once, when a version of the format is released, and never written again.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.evidence.samples import sample

from starcase.case.clock import SimulatedClock
from starcase.evidence import Ledger
from starcase.evidence.records import KINDS
from starcase.evidence.schema import LEDGER

BEGAN = 1_700_000_000_000_000


def write(folder: Path) -> Path:
    """Write the golden ledger into ``folder`` and give its path; refuses to write over one that stands."""
    path = folder / f"v{LEDGER.version}.sqlite"
    if path.exists():
        raise SystemExit(f"{path} stands already; golden ledgers are written once")
    clock = SimulatedClock(BEGAN)
    with Ledger.open(path, case="golden", clock=clock, actor="golden", wall=clock) as ledger:
        for kind in KINDS:
            clock.move_to(clock.now() + 1)
            ledger.append(sample(kind), key=f"one {kind}")
        ledger._connection.execute("PRAGMA journal_mode=DELETE")
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{write(Path(__file__).parent)}\n")
