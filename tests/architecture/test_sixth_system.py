"""A system outside this repository goes the whole way, and nothing here changes for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.architecture.house import REPO

from starcase.cli.verbs import VERBS

FIXTURE = REPO / "tests" / "fixtures" / "sixth"
WHEEL = "hatchling.builders.wheel"
ROWS = 1_200
WAY = ("check", "contest", "gate", "replay", "story")
THERE = {verb.name for verb in VERBS}
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own in which the distribution has been installed from its wheel."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    pytest.importorskip(WHEEL, reason="hatchling builds the sixth system's wheel")
    subprocess.run([*command, "--target", str(folder), str(FIXTURE)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Crates that spoil the more the more bruised they are, whatever their sugar."""
    rng = np.random.default_rng(6)
    bruises, sugar = rng.poisson(2, ROWS), rng.normal(size=ROWS).round(2)
    spoiled = rng.random(ROWS) < 1 / (1 + np.exp(4 - 1.5 * bruises))
    path = tmp_path_factory.mktemp("data") / "crates.csv"
    picked = pl.datetime_range(
        pl.datetime(2024, 9, 1), pl.datetime(2024, 9, 1) + pl.duration(minutes=10 * (ROWS - 1)), "10m", eager=True
    )
    pl.DataFrame({"picked": picked, "bruises": bruises, "sugar": sugar, "spoiled": spoiled.astype(int)}).write_csv(path)
    return path


@pytest.fixture(scope="module")
def starcase(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    home = tmp_path_factory.mktemp("home")
    paths = os.pathsep.join([str(REPO / "src"), str(site)])

    def run(*arguments: str, fine: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "starcase.cli", *arguments],
            cwd=home,
            env=os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in fine, f"{arguments} gave {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    return run


@pytest.fixture(scope="module")
def folder(starcase: Run, data: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = str(tmp_path_factory.mktemp("orchard") / "crates")
    written = ("--target", "spoiled", "--time", "picked", "--delay", "1h")
    starcase("new", folder, "--system", "orchard", "--data", str(data), *written)
    return folder


def test_it_is_listed_with_its_distribution(starcase: Run) -> None:
    listed = json.loads(starcase("plugins", "--json", fine=(0, 1)).stdout)
    (mine,) = [plugin for plugin in listed if plugin["name"] == "orchard"]
    assert (mine["distribution"], mine["version"], mine["error"]) == ("starcase-orchard", "0.3.0", "")


def test_it_keeps_the_contract_of_a_system(site: Path, folder: str, starcase: Run) -> None:
    assert starcase("check", "--case", folder)
    program = (
        "from pathlib import Path\nfrom orchard import OrchardSystem\nfrom starcase import read_case\n"
        f"from starcase.testing import check_system\ncheck_system(OrchardSystem(), read_case(Path({folder!r})))"
    )
    paths = os.pathsep.join([str(REPO / "src"), str(site)])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_it_goes_the_whole_way(folder: str, starcase: Run) -> None:
    """From the check to the story; verbs that are still to be built are left out until they are there."""
    more = {"contest": ("--workers", "1", "--until", "+6d"), "gate": ("--candidate", "by_all")}
    for verb in WAY:
        if verb in THERE:
            starcase(verb, *more.get(verb, ()), "--case", folder, fine=(0, 1))
    kinds = {entry["kind"] for entry in json.loads(starcase("log", "--case", folder, "--json").stdout)}
    assert {verb for verb in WAY if verb in THERE} <= kinds
    contest = json.loads(starcase("log", "contest-1", "--case", folder).stdout)["record"]
    assert (contest["verdict"], contest["recommended"]) == ("winner", "by_all")
    starcase("log", "--case", folder, "--verify")


def test_its_own_code_uses_public_words_alone() -> None:
    public = ("starcase", "starcase.evidence", "starcase.evidence.records", "starcase.errors")
    rooms = ("starcase.contract.", "starcase.casefile.", "starcase.tables.", "starcase.comparison.")
    for path in FIXTURE.rglob("*.py"):
        for line in path.read_text().splitlines():
            if line.startswith("from starcase"):
                home = line.split()[1]
                assert home in public or home.startswith(rooms), f"{path.name}: {line}"
                assert "import _" not in line
