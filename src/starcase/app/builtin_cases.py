"""List the built-in cases and copy one into a folder to run it."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from starcase.app.case_events import FILE
from starcase.app.workspace import HIDDEN
from starcase.errors import CaseFileError

PACKAGE = "starcase_cases"


def list_builtin_cases() -> dict[str, Path]:
    """Return the built-in cases that have events, by name, from the installed package or the checkout."""
    return {path.parent.name: path.parent for path in sorted(_find_root().glob(f"*/{FILE}"))}


def unpack(name: str, folder: Path, *, fresh: bool = False) -> Path:
    """Copy a built-in case into ``folder`` and return the folder; evidence already there is kept.

    Args:
        name: of the case.
        folder: where it will live.
        fresh: throw away what an earlier run left there.

    Raises:
        CaseFileError: there is no such case, or ``folder`` holds something else, or another edition of the case.
    """
    cases = list_builtin_cases()
    if name not in cases:
        raise CaseFileError(f"there is no built-in case {name!r}", mend=f"one of: {', '.join(cases) or 'none'}")
    source = cases[name]
    if folder.exists() and any(folder.iterdir()):
        _require_same_edition(source, folder)
        if fresh and (folder / HIDDEN).exists():
            shutil.rmtree(folder / HIDDEN)
    shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(HIDDEN, "__pycache__"))
    return folder


def _require_same_edition(source: Path, folder: Path) -> None:
    """Raise CaseFileError if ``folder`` holds other files, or evidence of another edition of the case."""
    changed = [
        path.relative_to(source)
        for path in sorted(source.rglob("*"))
        if path.name in {"case.toml", FILE} and _is_different(path, folder / path.relative_to(source))
    ]
    if not (folder / "case.toml").exists() or changed:
        raise CaseFileError(
            f"{folder} does not hold the built-in case {source.name}",
            where=str(folder),
            why=f"{', '.join(map(str, changed))} differ" if changed else "it has no case.toml",
            mend="choose another folder with `--to`",
        )


def _is_different(ours: Path, theirs: Path) -> bool:
    return theirs.exists() and theirs.read_bytes() != ours.read_bytes()


def _find_root() -> Path:
    spec = find_spec(PACKAGE)
    if spec is not None and spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    return Path(__file__).parents[3] / "cases"
