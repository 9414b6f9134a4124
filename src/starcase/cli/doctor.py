"""``starcase doctor``."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import click

from starcase.cli.options import case_option, json_option
from starcase.cli.show import print_json, print_table
from starcase.errors import StarcaseError

GIGABYTE = 1_000_000_000
LEAST_MEMORY = 4
LEAST_DISK = 2
LEAST_SQLITE = (3, 35)


@dataclass(frozen=True, slots=True)
class Look:
    """One thing the doctor looked at, and what should be done about it."""

    what: str
    state: Literal["fine", "mind", "broken"]
    found: str
    mend: str = ""


@click.command(
    epilog="""\b
Examples
  starcase doctor
  starcase doctor --case mycase
"""
)
@case_option
@json_option
def command(case_folder: Path, as_json: bool) -> int:
    """Look at this machine and a case, and say what would stand in the way.

    Exit code 1 where something is broken.
    """
    looks = [*_machine(case_folder), *_libraries(), *_case(case_folder)]
    if as_json:
        print_json([asdict(look) for look in looks])
    else:
        print_table("", ("", "what", "found", "mend"), [(k.state, k.what, k.found, k.mend) for k in looks])
    return 1 if any(look.state == "broken" for look in looks) else 0


def _machine(folder: Path) -> Iterator[Look]:
    python = platform.python_version()
    yield Look("Python", "fine", f"{python} at {sys.executable}")
    yield Look(
        "cores", "fine", str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE
    yield _enough("memory", memory, LEAST_MEMORY, "contest with fewer workers, or on a larger machine")
    free = shutil.disk_usage(folder if folder.is_dir() else Path()).free / GIGABYTE
    yield _enough("free disk", free, LEAST_DISK, "make room: decisions and models are kept beside the case")
    recent = sqlite3.sqlite_version_info >= LEAST_SQLITE
    yield Look("SQLite", "fine" if recent else "broken", sqlite3.sqlite_version, "" if recent else "update Python")


def _enough(what: str, gigabytes: float, least: float, mend: str) -> Look:
    enough = gigabytes >= least
    return Look(what, "fine" if enough else "mind", f"{gigabytes:.1f} GB", "" if enough else mend)


def _libraries() -> Iterator[Look]:
    import importlib

    for name in ("numpy", "scipy", "polars", "sklearn", "lightgbm"):
        yield _tried(name, lambda name=name: str(importlib.import_module(name).__version__), "reinstall it")  # type: ignore[misc]


def _case(folder: Path) -> Iterator[Look]:
    from starcase.case.toml import FILE
    from starcase.workspace import Workspace

    file = folder / FILE if folder.is_dir() else folder
    if not file.exists():
        yield Look("case", "mind", f"no case in {folder}", "name one with --case, or write one with `starcase new`")
        return
    yield _tried("case", lambda: Workspace.open(folder).case.title, "see `starcase schema`")
    root = file.parent
    if (root / ".starcase" / "ledger.sqlite").exists():
        yield _tried("ledger", lambda: _ledger(root), "restore it from a copy")


def _ledger(root: Path) -> str:
    from starcase.workspace import Workspace

    with Workspace.open(root) as work:
        verification = work.ledger.verify()
    verification.require(str(root))
    return f"intact, {verification.records} records"


def _tried(what: str, look: Callable[[], str], mend: str) -> Look:
    try:
        return Look(what, "fine", look())
    except StarcaseError as error:
        return Look(what, "broken", error.what, error.mend or mend)
    except Exception as error:  # noqa: BLE001 - a library may fail to load in any way
        return Look(what, "broken", f"{type(error).__name__}: {error}", mend)
