from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from starcase.casefile.toml import write_case
from starcase.cli.main import run
from starcase.testing import toy_case

Run = Callable[..., tuple[int, str, str]]


def offer(site: Path, entries: str, name: str = "toys") -> None:
    """Write the metadata that an installed distribution with these systems has."""
    info = site / f"{name}-0.1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n")
    (info / "entry_points.txt").write_text(f"[starcase.systems]\n{entries}\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    offer(folder, "toy = starcase.testing:ToySystem")
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def starcase(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("STARCASE_WHO", "ana")

    def called(*arguments: object) -> tuple[int, str, str]:
        code = run([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return called


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    pl.DataFrame({"at": [1], "x": [0.5], "bad": [0.0]}).write_csv(path)
    return path


@pytest.fixture
def folder(tmp_path: Path, site: Path) -> Path:
    assert site.is_dir()
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "case.toml").write_text(write_case(toy_case()))
    return tmp_path / "toy"
