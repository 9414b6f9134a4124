"""Shadow processes: a faulty shadow does not affect serving, and its coverage is a metric."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from tests.serving.rooms import HANGS_S, Served, ask, children, serving

from starcase.cli.main import run
from starcase.errors import CaseFileError
from starcase.evidence import DecisionLog, Ledger
from starcase.evidence.records import NoteRecord
from starcase.tables.clock import SystemClock

HOSTILE = """
import os, time
def raises(features): raise RuntimeError("no")
def exits(features): os._exit(7)
def sleeps(features): time.sleep(3600)
"""
KINDS = ("raises", "exits", "sleeps")


def until(true: Callable[[], bool], seconds: float = HANGS_S) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def gauge(served: Served, name: str, process: str) -> float | None:
    for line in served.call("GET", "/metrics")[1].splitlines():
        if line.startswith(f'{name}{{process="{process}"'):
            return float(line.rpartition(" ")[2])
    return None


def niced_of(served: Served) -> list[int]:
    """The gateway's shadows: no other process of it is as nice."""
    found = []
    for pid in children(served.process.pid):
        with suppress(ProcessLookupError):
            if os.getpriority(os.PRIO_PROCESS, pid) == 19:
                found.append(pid)
    return found


def test_shadows_answer_once_continue_after_a_kill_and_do_not_affect_serving(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway has a champion, a healthy shadow, and shadows that raise, exit or never answer."""
    (tmp_path / "hostile.py").write_text(HOSTILE)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    folder = tmp_path / "shop"
    shadows = [f"--shadow={what}" for what in (models / "new.txt", *(f"hostile:{kind}" for kind in KINDS))]
    with (
        serving(folder, "--champion", str(models / "old.txt"), *shadows) as served,
        DecisionLog.open(folder / ".starcase" / "decisions.sqlite") as log,
    ):
        passports = {path.stem for path in (folder / ".starcase" / "serving" / "passports").glob("*.json")}
        (model,) = passports - {served.call("GET", "/v1/cases/shop/state")[1]["champion"]["model"]}
        shadowing = {arm["name"]: arm["model"] for arm in served.call("GET", "/v1/cases/shop/state")[1]["shadows"]}
        assert (shadowing["new"], set(shadowing)) == (model, {"new", *KINDS})
        assert [served.decide(ask(f"s{i}"))[0] for i in range(30)] == [200] * 30
        until(lambda: log.find_shadow_offset(model) == 30)
        for pid in niced_of(served):
            os.kill(pid, signal.SIGKILL)
        assert [served.decide(ask(f"z{i}"))[0] for i in range(10)] == [200] * 10
        until(lambda: len(niced_of(served)) >= len(KINDS))
        for pid in niced_of(served):
            os.kill(pid, signal.SIGSTOP)
        assert [served.decide(ask(f"stopped{i}"))[0] for i in range(10)] == [200] * 10
        for pid in niced_of(served):
            os.kill(pid, signal.SIGCONT)
        until(lambda: log.find_shadow_offset(model) == 50)
        pairs = log.pairs(model, known_by=0)
        assert (pairs["action"].to_list(), pairs["shadow_action"].to_list()) == (["act"] * 50, ["pass"] * 50)
        until(lambda: gauge(served, "starcase_shadow_quarantined", "raises") == 1.0)
        until(lambda: gauge(served, "starcase_shadow_coverage", "new") == 1.0)
        assert gauge(served, "starcase_shadow_lag", "new") == 0.0
        clock = SystemClock()
        with Ledger.open(folder / ".starcase" / "ledger.sqlite", case="shop", clock=clock, actor="t") as ledger:
            until(lambda: any("the shadow exits" in note.text for _, note in ledger.of(NoteRecord)))
        assert served.decide(ask("last"))[0] == 200
    assert run(["log", "--case", str(folder), "--verify"]) == 0, "a folder without case.toml has a ledger too"
    assert run(["log", "--case", str(folder)]) == 0
    assert run(["log", "--case", str(tmp_path)]) == CaseFileError.exit_code


def test_a_shadow_that_exhausts_its_memory_limit_fails_without_others() -> None:
    """It runs in a separate process, because the limit persists in the process that sets it."""
    program = (
        "from starcase.serving.process.shadow import _limit_memory\n_limit_memory(100 << 20)\n"
        "try:\n    kept = [bytearray(10 << 20) for _ in range(100)]\nexcept MemoryError:\n    print('bounded')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "bounded\n"


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="Linux only")
def test_a_shadow_process_has_the_lowest_priority() -> None:
    program = (
        "import os\nfrom starcase.serving.process.shadow import _lower_priority\n_lower_priority()\n"
        "print(os.nice(0), os.sched_getscheduler(0) == os.SCHED_IDLE)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "19 True\n"
