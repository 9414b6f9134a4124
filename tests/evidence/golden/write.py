"""Write the golden ledger of this working tree's version: ``PYTHONPATH=src:. python tests/evidence/golden/write.py``.

A golden ledger is committed once and never written again: all kinds of record when a version of the format is released,
a further one with the kinds that have been added since.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from tests.evidence.samples import sample

from starcase.evidence import Ledger
from starcase.evidence.records import KINDS
from starcase.evidence.schema import LEDGER
from starcase.tables.clock import SimulatedClock

BEGAN = 1_700_000_000_000_000


def standing(folder: Path) -> dict[Path, set[str]]:
    """The golden ledgers of this version in ``folder``, and the kinds of record each holds."""
    found = {}
    for path in sorted(folder.glob(f"v{LEDGER.version}*.sqlite")):
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        found[path] = {kind for (kind,) in connection.execute("SELECT kind FROM entries")}
        connection.close()
    return found


def write(folder: Path) -> Path:
    """Write the kinds that no golden ledger in ``folder`` holds into one more, and give its path."""
    known = standing(folder)
    new = [kind for kind in KINDS if kind not in set().union(*known.values())]
    if not new:
        raise SystemExit("every kind of record has its golden ledger; they are written once")
    path = folder / (f"v{LEDGER.version}-{len(known) + 1}.sqlite" if known else f"v{LEDGER.version}.sqlite")
    clock = SimulatedClock(BEGAN)
    with Ledger.open(path, case="golden", clock=clock, actor="golden", wall=clock) as ledger:
        for kind in new:
            clock.move_to(clock.now() + 1)
            ledger.append(sample(kind), key=f"one {kind}")
        ledger._connection.execute("PRAGMA journal_mode=DELETE")
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{write(Path(__file__).parent)}\n")
