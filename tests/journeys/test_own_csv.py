"""A user's own CSV, with only its target and time column named, from ``new`` to ``replay``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from starcase.app import Workspace
from starcase.cli.main import run
from starcase.evidence.records import ContestRecord, ReplayRecord, StepRecord

pytestmark = pytest.mark.journey
ROWS = 4_000


@pytest.fixture
def payments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rng = np.random.default_rng(8)
    shade, hue = rng.normal(size=(2, ROWS))
    fraud = rng.random(ROWS) < np.where(shade > 1.5, 0.5, 0.02)
    rows = [
        f"2026-01-{1 + n // 288:02d}T{n % 288 // 12:02d}:{n % 12 * 5:02d}:00Z,{shade[n]:.3f},{hue[n]:.3f},"
        f"{'ABC'[n % 3]},{int(fraud[n])}"
        for n in range(ROWS)
    ]
    (tmp_path / "pay.csv").write_text("\n".join(["booked,shade,hue,shop,bad", *rows]))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def test_from_new_to_replay(payments: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "mine", "--system", "fraud", "--data", "pay.csv", "--target", "bad", "--time", "booked"]) == 0
    for verb in (["check"], ["contest", "--until", "+8d", "--workers", "1"], ["choose"]):
        assert run([*verb, "--case", "mine"]) == 0, verb
    with Workspace.open(payments / "mine") as work:
        chosen = work.ledger.last(ContestRecord)
        assert chosen is not None
        name = chosen[1].recommended
        assert name
    assert run(["gate", "--case", "mine", "--candidate", name]) in {0, 1}
    capfd.readouterr()
    assert run(["replay", "--case", "mine", "--since", "+8d", "--until", "+12d"]) == 0
    assert "installs" not in capfd.readouterr().err
    assert run(["replay", "--case", "mine", "--challenger", "lightgbm"]) == 0
    assert run(["rollout", "status", "--case", "mine"]) == 0
    assert "logistic_regression serves" in capfd.readouterr().out
    assert run(["log", "--case", "mine", "--verify"]) == 0
    with Workspace.open(payments / "mine") as work:
        replays = [record for _, record in work.ledger.of(ReplayRecord)]
        assert sum(record.decisions for record in replays) == work.log.last() > 1_000
        assert [step.step for _, step in work.ledger.of(StepRecord)][:2] == ["install", "shadow"]
