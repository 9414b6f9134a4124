"""Whatever a shadow does, the champion answers; what the shadow has seen is a number."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.serving.rooms import Served, ask, children, serving

from starcase.case.clock import SystemClock
from starcase.evidence import DecisionLog, Ledger
from starcase.evidence.records import NoteRecord

HOSTILE = """
import os, time
def raises(features): raise RuntimeError("no")
def exits(features): os._exit(7)
def sleeps(features): time.sleep(3600)
KEPT = []
def leaks(features):
    KEPT.append(bytearray(300 << 20))
    return 0.5
"""


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def gauge(served: Served, name: str, process: str) -> float | None:
    for line in served.call("GET", "/metrics")[1].splitlines():
        if line.startswith(f'{name}{{process="{process}"'):
            return float(line.rpartition(" ")[2])
    return None


def test_a_shadow_answers_each_request_once_and_goes_on_after_a_kill(tmp_path: Path, models: Path) -> None:
    folder = tmp_path / "shop"
    options = ("--champion", str(models / "old.txt"), "--shadow", str(models / "new.txt"))
    with serving(folder, *options) as served, DecisionLog.open(folder / ".starcase" / "decisions.sqlite") as log:
        assert [served.decide(ask(f"s{i}", features={"x": 0.5, "y": None}))[0] for i in range(20)] == [200] * 20
        state = served.call("GET", "/v1/cases/shop/state")[1]
        (model,) = {p.name for p in (folder / ".starcase" / "artefacts").glob("??/*")} - {state["champion"]["model"]}
        until(lambda: log.shadow_offset(model) == 20)
        niced = [pid for pid in children(served.process.pid) if os.getpriority(os.PRIO_PROCESS, pid) == 19]
        os.kill(niced[0], signal.SIGKILL)
        assert [served.decide(ask(f"z{i}"))[0] for i in range(10)] == [200] * 10
        until(lambda: log.shadow_offset(model) == 30)
        pairs = log.pairs(model, known_by=0)
        assert pairs["shadow_action"].to_list() == ["pass"] * 30
        assert pairs["action"].to_list() == ["act"] * 30
        until(lambda: gauge(served, "starcase_shadow_coverage", "new") == 1.0)
        assert gauge(served, "starcase_shadow_lag", "new") == 0.0


def test_hostile_shadows_harm_nobody(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One raises, one ends its process, one never answers, one takes all memory it can get: all beside one champion."""
    (tmp_path / "hostile.py").write_text(HOSTILE)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    folder, shadows = (
        tmp_path / "shop",
        [("--shadow", f"hostile:{kind}") for kind in ("raises", "exits", "sleeps", "leaks")],
    )
    with serving(folder, "--champion", str(models / "old.txt"), *(word for pair in shadows for word in pair)) as served:
        assert [served.decide(ask(f"s{i}"))[0] for i in range(30)] == [200] * 30
        for kind in ("raises", "leaks"):
            until(lambda kind=kind: gauge(served, "starcase_shadow_quarantined", kind) == 1.0)  # type: ignore[misc]
        clock = SystemClock()
        with Ledger.open(folder / ".starcase" / "ledger.sqlite", case="shop", clock=clock, actor="t") as ledger:
            until(lambda: any("the shadow exits" in note.text for _, note in ledger.of(NoteRecord)))
        assert served.decide(ask("last"))[0] == 200
