"""What a bare machine needs: targets that say what they do, locked versions, a wheel that holds everything."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest
from tests.architecture.house import REPO

PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text())
LOCK = (REPO / "requirements" / "dev.lock").read_text()
INDEX_HOST = re.compile("py" + r"pi\.org|python" + r"hosted\.org|/simple\b|--(extra-)?index-url|--find-links")
TEXT = {".py", ".toml", ".md", ".txt", ".lock", ".yml", ".yaml", ".cfg", ""}


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=REPO, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("no git here, so nobody can say which files are the repository's")
    return [REPO / name for name in done.stdout.split("\0") if name and (REPO / name).is_file()]


def test_make_alone_says_what_it_can_do() -> None:
    done = subprocess.run(["make", "--no-print-directory"], cwd=REPO, capture_output=True, text=True, check=True)
    for target in ("setup", "demo", "test", "lint", "docs-check"):
        assert re.search(rf"^make {target} +\w", done.stdout, re.MULTILINE), target


def test_every_dependency_is_locked() -> None:
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["dev"]]
    locked = {line.partition("==")[0].lower().replace("_", "-") for line in LOCK.splitlines() if "==" in line}
    names = {re.split(r"[<>=!~\[; ]", dependency)[0].lower().replace("_", "-") for dependency in wanted}
    assert names - locked == set()
    loose = [line for line in LOCK.splitlines() if re.match(r"[a-z]", line) and "==" not in line]
    assert loose == []


def test_no_file_names_an_index_host() -> None:
    offenders = [
        f"{path.relative_to(REPO)}:{number}"
        for path in tracked()
        if path.suffix in TEXT and path.name != "test_ground.py"
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if INDEX_HOST.search(line) and "--no-emit" not in line
    ]
    assert offenders == []


def test_continuous_integration_can_be_run() -> None:
    script = REPO / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


def test_the_wheel_holds_code_cases_and_licence(tmp_path: Path) -> None:
    wheel_builder = pytest.importorskip("hatchling.builders.wheel", reason="hatchling builds the wheel")
    (built,) = wheel_builder.WheelBuilder(str(REPO)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(built) as wheel:
        names = set(wheel.namelist())
        entries = next(wheel.read(name).decode() for name in names if name.endswith("entry_points.txt"))
    assert {"starcase/__init__.py", "starcase/py.typed", "starcase/cli/main.py"} <= names
    assert {f"starcase_cases/{path.parent.name}/case.toml" for path in (REPO / "cases").glob("*/case.toml")} <= names
    assert {name.rpartition("/")[2] for name in names} >= {"LICENSE", "NOTICE"}
    assert not [name for name in names if ".starcase/" in name or name.startswith(("tests/", "docs/"))]
    assert "starcase = starcase.cli:main" in entries
    assert "[starcase.systems]" in entries
