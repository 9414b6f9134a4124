"""A shadow that cannot be loaded does not stop the gateway; a champion that cannot be loaded does, with a message."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import lightgbm
import numpy as np
import pytest

from starcase.app.commands.rollout import open_rollout
from starcase.app.commands.serve import ServingStatus, serve
from starcase.app.user_models import import_model, open_folder
from starcase.app.workspace import Workspace
from starcase.decide import Arm
from starcase.errors import ArtefactError
from starcase.serving.process.settings import Settings


def model(folder: Path, name: str, threshold: float) -> str:
    rows = np.random.default_rng(0).normal(size=(200, 2))
    data = lightgbm.Dataset(rows, rows[:, 0] > threshold, feature_name=["x", "y"])
    lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 3).save_model(folder / name)
    return str(folder / name)


@pytest.fixture
def shadowed(tmp_path: Path) -> tuple[Path, Arm, Arm]:
    """A folder in which ``current`` serves and ``new`` is its shadow."""
    shop = tmp_path / "shop"
    with open_folder(shop) as work:
        current = import_model(work, model(tmp_path, "current.txt", 0.0), trust=False)
        new = import_model(work, model(tmp_path, "new.txt", 1.0), trust=False)
        rollout = open_rollout(work)
        rollout.install(current.name, current.model, at=1)
        rollout.shadow(new.name, new.model, at=2)
    return shop, current, new


def spoil(work: Workspace, arm: Arm) -> None:
    for file in work.artefacts.path(arm.model).rglob("*"):
        if file.is_file() and file.name != "manifest.json":
            file.write_bytes(file.read_bytes() + b"#")


def served(work: Workspace) -> ServingStatus:
    ended, told = threading.Event(), list[ServingStatus]()

    def began(what: ServingStatus) -> None:
        told.append(what)
        ended.set()

    serve(work, Settings(folder=work.store / "serving", port=0), ended=ended, began=began)
    return told[0]


@pytest.mark.parametrize("let_in_before", [False, True])
def test_the_champion_serves_without_a_shadow_that_cannot_be_loaded(
    shadowed: tuple[Path, Arm, Arm], let_in_before: bool
) -> None:
    shop, _, new = shadowed
    with open_folder(shop) as work:
        if let_in_before:
            assert served(work).shadows == ("new",)
        spoil(work, new)
        what = served(work)
    assert (what.champion, what.shadows, what.left_out) == ("current", (), ("new",))


def test_a_champion_that_cannot_be_loaded_stops_with_a_message(shadowed: tuple[Path, Arm, Arm]) -> None:
    shop, current, _ = shadowed
    with open_folder(shop) as work:
        spoil(work, current)
    typed = [sys.executable, "-m", "starcase.cli", "serve", "--case", str(shop), "--port", "0"]
    done = subprocess.run(typed, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == ArtefactError.exit_code
    assert "does not match its hash" in done.stderr
    assert "current cannot be loaded" in done.stderr
    assert "Traceback" not in done.stderr
