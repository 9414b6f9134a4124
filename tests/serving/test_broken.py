"""Faults that must not affect the champion: an unloadable challenger, a score that is NaN, a full disk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.serving.rooms import HANGS_S, Served, ask, serving
from tests.serving.small import small_case
from tests.serving.test_shadow import until

from starcase.app import Workspace
from starcase.app.commands.rollout import open_rollout
from starcase.app.stored_models import find_latest_model
from starcase.decide import Reach
from starcase.evidence import DecisionLog
from starcase.evidence.records import StepRecord
from starcase.stages.gate import clear, define_gates_in_force


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_case(tmp_path_factory.mktemp("broken") / "small")


@pytest.fixture
def exposed(shelf: Path, tmp_path: Path) -> Path:
    """The case with a challenger that serves half of the units."""
    folder = Path(shutil.copytree(shelf, tmp_path / "small"))
    with Workspace.open(folder, actor="ana") as work:
        rollout, now = open_rollout(work), work.dataset.span()[1]
        champion, challenger = (find_latest_model(work, name) for name in ("logistic_regression", "lightgbm"))
        rollout.install(champion.candidate, champion.model, at=now)
        clearance = clear(
            work.ledger, challenger.candidate, challenger.model, now,
            in_force=define_gates_in_force(work.case, work.system, work.ledger),
        )  # fmt: skip
        rollout.expose(*challenger.named, clearance, reach=Reach.from_share(0.5), at=now + 1, why="a test")
    return folder


def features_of(folder: Path) -> dict[str, object]:
    with Workspace.open(folder) as work:
        arrivals = work.system.environment(work.case, work.dataset).arrivals(*work.dataset.span())
        return dict(next(iter(arrivals)).features)


def steps(folder: Path) -> list[StepRecord]:
    with Workspace.open(folder) as work:
        return [step for _, step in work.ledger.of(StepRecord)]


def answered(served: Served, features: dict[str, object], count: int, name: str) -> list[dict[str, object]]:
    """Answers to units of both arms."""
    said = [served.decide(ask(f"{name}{i}", unit=f"u{i}", features=features)) for i in range(count)]
    assert {status for status, _ in said} == {200}, said
    return [answer for _, answer in said]


def test_an_unloadable_challenger_is_rolled_back_and_the_champion_answers_all(
    exposed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with Workspace.open(exposed) as work:
        shutil.rmtree(work.artefacts.path(find_latest_model(work, "lightgbm").model))
    features = features_of(exposed)
    with serving(exposed) as served:
        answers = answered(served, features, 40, "a")
        assert {one["arm"] for one in answers} <= {"logistic_regression", "lightgbm"}
        assert len({one["model"] for one in answers}) == 1
        until(lambda: served.call("GET", "/v1/cases/small/state")[1]["stage"] == "champion")
        answers = answered(served, features, 40, "b")
        assert {(one["arm"], one["error"]) for one in answers} == {("logistic_regression", "")}
        assert served.call("GET", "/readyz")[1]["degraded"] == ""
    last = steps(exposed)[-1]
    assert (last.step, last.automatic) == ("rollback", True)
    assert last.reason.startswith("its model cannot be loaded")
    capfd.readouterr()


MODULE = """
def gives(features):
    return float("nan") if features["x"] is None else features["x"]
"""


def test_a_score_that_is_not_a_number_refuses_only_that_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_scores.py").write_text(MODULE)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    with serving(tmp_path / "shop", "--champion", "own_scores:gives") as served:
        for number in range(3):
            status, said = served.decide(ask(f"n{number}", features={"x": None}))
            assert (status, said["error"]["code"], said["error"]["field"]) == (422, "not scored", "features")
            assert said["error"]["what"] == "the model's score for this request is nan"
            assert said["error"]["mend"]
            assert served.decide(ask(f"m{number}", features={"x": 0.75}))[1]["action"] == "act"
        until(lambda: log_of(served).last() == 3)


def log_of(served: Served) -> DecisionLog:
    return DecisionLog.open(served.folder / ".starcase" / "decisions.sqlite")


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of 48 MB; the test is skipped where this user may make none."""
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("mounting a file system needs more rights than this user has")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="there is no mount")
def test_on_a_full_disk_acknowledged_decisions_are_kept_and_others_refused(tmp_path: Path, models: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        with serving(disk / "shop", "--champion", str(models / "old.txt")) as served:
            kept, refused = set[str](), 0
            kept |= {f"a{i}" for i in range(50) if served.decide(ask(f"a{i}"))[0] == 200}
            assert len(kept) == 50
            filled(disk / "ballast")
            begun = time.monotonic()
            number = 0
            while time.monotonic() < begun + 3 or (not refused and time.monotonic() < begun + HANGS_S):
                number += 1
                status, said = served.decide(ask(f"f{number}", features={"x": 0.5, "y": None}))
                if status == 200:
                    kept.add(f"f{number}")
                else:
                    refused += 1
                    assert (status, said["error"]["code"], bool(said["error"]["mend"])) == (503, "not kept", True)
            assert refused > 0
            outcome = json.dumps({"decision": "a1", "name": "bad", "value": 1.0, "at": 9}).encode()
            assert served.call("POST", "/v1/cases/shop/outcomes", outcome)[0] == 503
            assert served.call("GET", "/healthz")[0] == 200
            (disk / "ballast").unlink()
            until(lambda: served.decide(ask("again"))[0] == 200, seconds=HANGS_S)
            kept |= {f"z{i}" for i in range(50) if served.decide(ask(f"z{i}"))[0] == 200} | {"again"}
            assert len([id_ for id_ in kept if id_.startswith("z")]) == 50
            assert served.call("POST", "/v1/cases/shop/outcomes", outcome)[0] == 200
            until(lambda: log_of(served).last() == len(kept))
        with log_of(served) as log:
            assert set(log.ids()) == kept


def filled(path: Path) -> None:
    """Write until the disk is full."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 10, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                continue
