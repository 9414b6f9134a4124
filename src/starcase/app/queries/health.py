"""Check this machine and a case for obstacles: versions, memory, disk, libraries, ledger."""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from starcase.app.workspace import Workspace
from starcase.casefile.toml import FILE
from starcase.errors import StarcaseError

GIGABYTE = 1_000_000_000
LEAST_MEMORY = 4
LEAST_DISK = 2
LEAST_SQLITE = (3, 35)


State = Literal["fine", "mind", "broken"]


@dataclass(frozen=True, slots=True)
class DoctorCheck:
    """One check of the machine or the case, what it found, and the mend."""

    what: str
    state: State
    found: str
    mend: str = ""


def check_health(folder: Path) -> tuple[DoctorCheck, ...]:
    """Check this machine, the libraries and the case in ``folder``, in this order."""
    return (*_check_machine(folder), *_check_libraries(), *_check_case(folder))


def _check_machine(folder: Path) -> Iterator[DoctorCheck]:
    python = platform.python_version()
    yield DoctorCheck("Python", "fine", f"{python} at {sys.executable}")
    yield DoctorCheck(
        "cores", "fine", str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE
    yield _check_capacity("memory", memory, LEAST_MEMORY, "contest with fewer workers, or on a larger machine")
    free = shutil.disk_usage(folder if folder.is_dir() else Path()).free / GIGABYTE
    yield _check_capacity("free disk", free, LEAST_DISK, "free disk space for decisions and models")
    recent = sqlite3.sqlite_version_info >= LEAST_SQLITE
    yield DoctorCheck(
        "SQLite", "fine" if recent else "broken", sqlite3.sqlite_version, "" if recent else "update Python"
    )


def _check_capacity(what: str, gigabytes: float, least: float, mend: str) -> DoctorCheck:
    enough = gigabytes >= least
    return DoctorCheck(what, "fine" if enough else "mind", f"{gigabytes:.1f} GB", "" if enough else mend)


def _check_libraries() -> Iterator[DoctorCheck]:
    for name in ("numpy", "scipy", "polars", "sklearn", "lightgbm"):
        yield _run_check(name, lambda name=name: str(importlib.import_module(name).__version__), "reinstall it")  # type: ignore[misc]


def _check_case(folder: Path) -> Iterator[DoctorCheck]:
    file = folder / FILE if folder.is_dir() else folder
    if not file.exists():
        yield DoctorCheck(
            "case", "mind", f"no case in {folder}", "name one with --case, or write one with `starcase new`"
        )
        return
    yield _run_check("case", lambda: Workspace.open(folder).case.title, "see `starcase schema`")
    root = file.parent
    if (root / ".starcase" / "ledger.sqlite").exists():
        yield _run_check("ledger", lambda: _verify_ledger(root), "restore it from a copy")


def _verify_ledger(root: Path) -> str:
    with Workspace.open(root) as work:
        verification = work.ledger.verify()
    verification.require(str(root))
    return f"intact, {verification.records} records"


def _run_check(what: str, check: Callable[[], str], mend: str) -> DoctorCheck:
    try:
        return DoctorCheck(what, "fine", check())
    except StarcaseError as error:
        return DoctorCheck(what, "broken", error.what, error.mend or mend)
    except Exception as error:  # noqa: BLE001 - a library may fail to load in any way
        return DoctorCheck(what, "broken", f"{type(error).__name__}: {error}", mend)
