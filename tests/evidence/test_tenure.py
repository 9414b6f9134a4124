from __future__ import annotations

from pathlib import Path

from starcase.evidence import Ledger, who_served
from starcase.evidence.codec import encode
from starcase.evidence.hash_chain import COLUMNS, GENESIS, Row, compute_entry_hash
from starcase.evidence.records import NoteRecord, StepRecord
from starcase.evidence.records.rollout import StepKind
from starcase.evidence.store import begin_transaction
from starcase.tables.clock import SimulatedClock


def step(
    kind: StepKind, champion: str, challenger: str = "", share: float = 0.0, because: str = "note-1"
) -> StepRecord:
    return StepRecord(
        rollout="r",
        version=1,
        step=kind,
        champion=champion,
        champion_model=f"{champion}-hash",
        challenger=challenger,
        challenger_model=f"{challenger}-hash" if challenger else "",
        share=share,
        because=(because,),
        reason=f"{kind} {champion}",
        automatic=True,
        decisions=0,
    )


def test_who_served_returns_model_start_and_reason(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "l.sqlite", case="c", clock=SimulatedClock(0), actor="ana") as ledger:
        ledger.append(step("install", "old"), at=10)
        ledger.append(step("canary", "old", "new", 0.05), at=20)
        ledger.append(step("widen", "old", "new", 0.25), at=30)
        ledger.append(step("promote", "old", "new", 1.0, because="experiment-4"), at=40, actor="controller")
        ledger.append(step("shadow", "new", "newer"), at=50)
        ledger.append(step("rollback", "old", because="monitor-9"), at=60)
        assert who_served(ledger, 9) is None
        first = who_served(ledger, 35)
        assert first is not None
        assert (first.champion, first.since, first.step, first.challenger, first.share) == (
            *("old", 10, "rollout-1"),
            *("new", 0.25),
        )
        second = who_served(ledger, 59)
        assert second is not None
        assert (second.champion, second.model, second.since, second.step) == ("new", "new-hash", 40, "rollout-4")
        assert (second.because, second.actor, second.challenger) == (("experiment-4",), "controller", "")
        third = who_served(ledger, 10**18)
        assert third is not None
        assert (third.champion, third.since, third.because) == ("old", 60, ("monitor-9",))


def test_a_long_ledger_is_verified_and_its_tenure_found(tmp_path: Path) -> None:
    size = 20_000
    with Ledger.open(tmp_path / "l.sqlite", case="c", clock=SimulatedClock(0), actor="ana") as ledger:
        fill(ledger, size)
        tenure = who_served(ledger, size - 1)
        assert ledger.verify().intact
    assert tenure is not None


def fill(ledger: Ledger, size: int) -> None:
    """Write ``size`` records, each hundredth a rollout step, in one transaction."""
    previous, rows, note = GENESIS, list[Row](), encode(NoteRecord(text="a note of ordinary length, as people write"))
    for seq in range(1, size + 1):
        is_step = seq % 100 == 0
        payload = encode(step("install", f"m{seq // 1000}")) if is_step else note
        kind = "rollout" if is_step else "note"
        number = seq // 100 if is_step else seq - seq // 100
        content = (seq, f"{kind}-{number}", "c", kind, 1, seq, "ana", "", 0, payload, previous)
        previous = compute_entry_hash(content)
        rows.append((*content, previous))
    raw = ledger._connection
    with begin_transaction(raw):
        raw.execute("DROP TRIGGER entries_follow")
        raw.execute("DROP TRIGGER head_grows")
        raw.executemany(f"INSERT INTO entries ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", rows)
        raw.execute("UPDATE head SET count = ?, hash = ?", (size, previous))
