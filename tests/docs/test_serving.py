"""The guide from ``pip install`` to a served, shadowed model is followed line by line, in a fresh folder."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import lightgbm
import numpy as np
import pytest
from tests.serving.rooms import HANGS_S

REPO = Path(__file__).parents[2]
GUIDE = (REPO / "docs" / "serving.md").read_text().partition("## From `pip install`")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"^```bash\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
LINES = [line for block in BLOCKS for line in block.splitlines()]
PIP, SERVE, *TERMINAL = LINES


def trained(folder: Path) -> None:
    """Write two models of ``x`` and ``y`` as a user would."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(500, 2))
    for name, threshold in (("current.txt", 0.0), ("new.txt", 1.0)):
        data = lightgbm.Dataset(rows, rows[:, 0] > threshold, feature_name=["x", "y"])
        lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 20).save_model(folder / name)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A fresh folder in which the first lines have been typed; the port is the only thing that is not the guide's."""
    trained(tmp_path)
    port = free_port()
    typed = [sys.executable, "-m", "starcase.cli", *shlex.split(SERVE)[1:], "--port", str(port)]
    served = subprocess.Popen(typed, cwd=tmp_path, env={**os.environ, "OMP_NUM_THREADS": "1"}, stdout=subprocess.PIPE)
    assert served.stdout is not None
    assert b"current serves" in served.stdout.readline()
    assert b"new answers in shadow" in served.stdout.readline()
    yield tmp_path, port
    served.terminate()
    served.communicate(timeout=HANGS_S)


def test_installed_packages_are_those_serving_needs() -> None:
    assert PIP == "pip install '.[serve]'"
    extras = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    named = [re.split(r"[><=; ]", need)[0] for need in extras["serve"]]
    assert all(find_spec(name) for name in named)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the guide asks with curl")
def test_the_guide_can_be_followed_line_by_line(terminal: tuple[Path, int]) -> None:
    folder, port = terminal
    assert len(LINES) <= 10
    said = {}
    for line in TERMINAL:
        typed = line.replace("localhost:8080", f"localhost:{port}").replace(
            "starcase ", f"{sys.executable} -m starcase.cli ", 1 if line.startswith("starcase ") else 0
        )
        deadline = time.monotonic() + HANGS_S
        while True:
            done = subprocess.run(typed, cwd=folder, shell=True, capture_output=True, text=True, check=True)
            if "--pairs" not in line or "t2" in done.stdout or time.monotonic() > deadline:
                break  # the shadow answers at its own pace
        said[line] = done.stdout
    first, second, outcome, pairs, state, metrics = said.values()
    assert json.loads(first)["action"] == json.loads(second)["action"] == "act"
    assert json.loads(outcome)["received"] == 1
    rows = {line.split()[0]: line.split() for line in pairs.splitlines() if line.strip().startswith("t")}
    assert rows["t1"][1:3] == ["current", "act"]
    assert "pass" in rows["t1"]
    assert rows["t1"][-1] == "1"
    assert "pass" not in rows["t2"]
    assert rows["t2"][-2:] == ["not", "yet"]
    assert json.loads(state)["champion"]["name"] == "current"
    assert "starcase_shadow_lag" in metrics
