"""A process of its own that appends and prints what was acknowledged: ``appender.py WHAT PATH NAME COUNT``."""

from __future__ import annotations

import sys
from pathlib import Path

from starcase.evidence import DecisionLog, Ledger, Outcome, ServedDecision
from starcase.evidence.records import NoteRecord
from starcase.tables.clock import SimulatedClock


def acknowledge(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def append_records(path: Path, name: str, count: int) -> None:
    with Ledger.open(path, case="cards", clock=SimulatedClock(1), actor=name) as ledger:
        for number in range(count):
            acknowledge(ledger.append(NoteRecord(text=f"{name} {number}"), key=f"{name} {number}").hash)


def append_decisions(path: Path, name: str, count: int) -> None:
    with DecisionLog.open(path) as log:
        for number in range(count):
            ids = [f"{name}-{number}-{place}" for place in range(20)]
            log.append([served(id_) for id_ in ids])
            acknowledge("\n".join(ids))
            log.outcomes([Outcome(id_, "fraud", 1.0, at=2) for id_ in ids])
            acknowledge("\n".join(f"outcome {id_}" for id_ in ids))


def served(id_: str) -> ServedDecision:
    return ServedDecision(
        id=id_,
        unit="u",
        at=1,
        plan_version=1,
        bucket=0,
        arm="a",
        model="m",
        propensity=1.0,
        action="approve",
        score=0.5,
        features={"amount": 1.5},
    )


if __name__ == "__main__":
    what, where, who, times = sys.argv[1:]
    {"ledger": append_records, "decisions": append_decisions}[what](Path(where), who, int(times))
