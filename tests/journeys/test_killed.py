"""``kill -9`` during a demo: no acknowledged write is lost, and a rerun gives the same evidence."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from starcase.app import Workspace

pytestmark = pytest.mark.journey
ROWS = 6_000
CASE = """[case]
name = "small"
title = "Small"
system = "fraud"
incumbent = "logistic_regression"

[data]
path = "tx.csv"
time = "at"
target = "fraud"
amount = "euros"

[objective]
metric = "average_precision"

[contest]
folds = 1
trials = 1
draws = 100

[[guards]]
name = "alert rate"
allowed = 0.5

[[candidates]]
name = "logistic_regression"
"""
EVENTS = """starcase check
starcase note "we begin" --part situation
starcase contest --until +40h --workers 1
starcase choose
starcase replay --since +40h --until +60h
starcase note "half of it is done"
starcase replay --since +60h
starcase log --verify
"""
DEMO = """
import sys
from pathlib import Path
from starcase.app import builtin_cases
builtin_cases._find_root = lambda: Path(sys.argv[1])
from starcase.cli.main import run
sys.exit(run(["demo", "small", "--to", sys.argv[2]]))
"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    case = tmp_path_factory.mktemp("shelf") / "small"
    case.mkdir()
    rng = np.random.default_rng(3)
    amount = rng.gamma(2.0, 20.0, size=ROWS)
    shade = rng.normal(size=ROWS)
    fraud = rng.random(ROWS) < np.where(shade > 1.5, 0.5, 0.02)
    rows = [f"{60 * n},{amount[n]:.2f},{shade[n]:.3f},{int(fraud[n])}" for n in range(ROWS)]
    (case / "tx.csv").write_text("\n".join(["at,euros,shade,fraud", *rows]))
    (case / "case.toml").write_text(CASE)
    (case / "events").write_text(EVENTS)
    return case.parent


def started(shelf: Path, home: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "STARCASE_WHO": "ana", "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-c", DEMO, str(shelf), str(home)],
        env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def evidence(home: Path) -> tuple[str, str, int]:
    with Workspace.open(home) as work:
        assert work.ledger.verify().intact
        return work.ledger.digest(), work.log.digest(), work.log.last()


def test_repeatedly_killed_demo_gives_the_same_result(shelf: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    assert started(shelf, tmp_path / "whole").wait() == 0
    whole = evidence(tmp_path / "whole")
    each = (time.monotonic() - began) / 5
    rng = np.random.default_rng(11)
    kept = -1
    for _ in range(6):
        process = started(shelf, tmp_path / "cut")
        time.sleep(each * rng.uniform(0.6, 1.4))
        process.kill()
        process.wait()
        if (tmp_path / "cut" / ".starcase" / "ledger.sqlite").exists():
            with Workspace.open(tmp_path / "cut") as work:
                assert work.ledger.verify().intact
                assert work.log.last() >= kept
                kept = work.log.last()
    assert started(shelf, tmp_path / "cut").wait() == 0
    assert evidence(tmp_path / "cut") == whole
