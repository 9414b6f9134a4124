"""A package as parsed files, from a folder or from a wheel."""

from __future__ import annotations

import ast
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class Module:
    """One file."""

    name: str
    is_package: bool
    lines: int
    body: ast.Module

    @property
    def home(self) -> str:
        """The package that its relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]


Package = dict[str, Module]


def in_folder(folder: Path) -> Package:
    """Every file below the folder of a package."""
    paths = sorted(folder.rglob("*.py"))
    return _package((path.relative_to(folder.parent).as_posix(), path.read_text(encoding="utf-8")) for path in paths)


def in_wheel(wheel: Path) -> Package:
    """Every file that a wheel would install."""
    with zipfile.ZipFile(wheel) as files:
        paths = sorted(name for name in files.namelist() if name.endswith(".py"))
        return _package((path, files.read(path).decode()) for path in paths)


def _package(files: Iterable[tuple[str, str]]) -> Package:
    return {module.name: module for module in _modules(files)}


def _modules(files: Iterable[tuple[str, str]]) -> Iterator[Module]:
    for path, text in files:
        parts = PurePosixPath(path).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        yield Module(".".join(parts[:-1] if is_package else parts), is_package, len(text.splitlines()), ast.parse(text))
