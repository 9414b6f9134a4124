"""The source of a user's file and of every user module that it imports."""

from __future__ import annotations

import ast
import site
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import msgspec

from starcase.errors import PluginError

PREFIX = "starcase_own_"
INSTALLED = tuple(
    {Path(place).resolve() for place in (
        *(sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")),
        *site.getsitepackages(), site.getusersitepackages(),
    )}
)  # fmt: skip


@dataclass(frozen=True)
class OwnCode:
    """A user's file and the modules it imports from its folder; the text is read once and does not change.

    Args:
        root: the folder of the file, absolute.
        entry: the file's name below ``root``.
        sources: (path below ``root``, text) of the file and of every module in its folder that it imports, sorted.
        elsewhere: (``"top/path.py"``, SHA-256) of user modules in other folders, sorted: on ``PYTHONPATH``, or in a
            distribution that is installed as editable.
        imported: names of the other top-level modules that are imported, sorted; their distributions have versions.
    """

    root: str
    entry: str
    sources: tuple[tuple[str, str], ...]
    elsewhere: tuple[tuple[str, str], ...] = ()
    imported: tuple[str, ...] = ()

    @cached_property
    def namespace(self) -> str:
        """The package into which the modules are loaded; other text gives another name."""
        told = msgspec.msgpack.encode((self.root, self.entry, self.sources, self.elsewhere))
        return PREFIX + sha256(told).hexdigest()[:24]

    @cached_property
    def sha256(self) -> str:
        """The hash of all text, independent of the folder."""
        return sha256(msgspec.msgpack.encode((self.entry, self.sources, self.elsewhere))).hexdigest()

    @property
    def module(self) -> str:
        """The name of the file's module in that package."""
        return Path(self.entry).stem.replace(".", "_")

    @cached_property
    def texts(self) -> dict[str, str]:
        """Text by path below ``root``."""
        return dict(self.sources)

    @cached_property
    def tops(self) -> frozenset[str]:
        """Top-level module names that are in the folder."""
        return frozenset(path.partition("/")[0].removesuffix(".py") for path, _ in self.sources)


def read_code(file: Path) -> OwnCode:
    """Return the user's file as it is on the disk now, with every user module that it imports.

    Imports are read from the text, those inside functions included; no code is run. A module in the file's folder takes
    precedence over an installed one of the same name, as it does for a script.

    Raises:
        PluginError: the file is missing, or it or a user module is not valid Python.
    """
    root = file.parent.resolve()
    sources: dict[str, str] = {}
    elsewhere: dict[str, str] = {}
    imported: set[str] = set()
    todo = [file.name]
    while todo:
        path = todo.pop()
        if path in sources:
            continue
        sources[path] = _read_text(root / path)
        for name in _find_imports(sources[path], path, root / path):
            beside = _find_beside(root, name)
            todo += beside
            if not beside and name.partition(".")[0] not in sys.builtin_module_names:
                imported.add(name.partition(".")[0])
    todo = sorted(imported)
    asked: set[str] = set()
    while todo:
        top = todo.pop()
        if top not in asked:
            asked.add(top)
            files = _find_module_files(top)
            elsewhere |= _hash_files(files)
            todo += sorted({name for path in files.values() for name in _find_top_imports(path.read_bytes())} - asked)
    imported |= asked
    return OwnCode(
        root=str(root),
        entry=file.name,
        sources=tuple(sorted(sources.items())),
        elsewhere=tuple(sorted(elsewhere.items())),
        imported=tuple(sorted(imported - {name.partition("/")[0] for name in elsewhere})),
    )


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PluginError(f"{path.name} cannot be read", where=str(path), why=str(error)) from error


def _find_imports(text: str, path: str, file: Path) -> Iterator[str]:
    """Yield the dotted names that a module may import; relative names are resolved against its package."""
    package = path.split("/")[:-1]
    for node in ast.walk(_parse_tree(text, file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: max(0, len(package) - node.level + 1)] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            if start:
                yield start
            yield from (f"{start}.{alias.name}" if start else alias.name for alias in node.names if alias.name != "*")


def _parse_tree(text: str, file: Path) -> ast.Module:
    try:
        return ast.parse(text, filename=str(file))
    except (SyntaxError, ValueError) as error:
        raise PluginError(
            f"{file.name} cannot be loaded", where=str(file), why=f"{type(error).__name__}: {error}"
        ) from error


def _find_beside(root: Path, name: str) -> list[str]:
    """Return the files below ``root`` that the import of a dotted name loads, outermost package first; may be empty."""
    found: list[str] = []
    parts = name.split(".")
    for depth in range(1, len(parts) + 1):
        stem = "/".join(parts[:depth])
        file = next((p for p in (f"{stem}/__init__.py", f"{stem}.py") if (root / p).is_file()), None)
        if file is None:
            break
        found.append(file)
    return found


def hash_modules(top: str, *, installed: bool = False) -> dict[str, str]:
    """Return the Python files of a top-level module or package, ``"top/path.py"`` to SHA-256.

    Empty for a module of Python or of Starcase, for a missing one, and, unless ``installed``, for one that was
    installed (not as editable): its distribution has a version.
    """
    return _hash_files(_find_module_files(top, installed=installed))


def _hash_files(files: Mapping[str, Path]) -> dict[str, str]:
    return {name: sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def _find_module_files(top: str, *, installed: bool = False) -> dict[str, Path]:
    """Return the files of ``hash_modules``, by the same names."""
    if top == "starcase":
        return {}
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return {}
    if spec is None:
        return {}
    places = [Path(one) for one in spec.submodule_search_locations or () if installed or not _is_installed(one)]
    files = [path for place in places for path in place.rglob("*.py")]
    if spec.origin and spec.origin.endswith(".py") and not spec.submodule_search_locations:
        files = [] if _is_installed(spec.origin) and not installed else [Path(spec.origin)]
    return {f"{top}/{_strip_root(path, places)}": path for path in files}


@lru_cache(maxsize=2_000)
def _find_top_imports(text: bytes) -> frozenset[str]:
    """Return the top-level modules that a module imports by plain name; empty if it is not valid Python here."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError):
        return frozenset()
    named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return frozenset(name.partition(".")[0] for name in named if name)


def hash_entry(module: str) -> tuple[tuple[str, str], ...]:
    """Return the user modules of an importable name, each with its hash, sorted: its package and its imports.

    Empty for an installed module that is not editable.

    Raises:
        PluginError: a module is not valid Python.
    """
    top = module.partition(".")[0]
    found = hash_modules(top)
    for path in list(found):
        spec = find_spec(top)
        if path == f"{top}/{top}.py" and spec is not None and spec.origin:
            code = read_code(Path(spec.origin))
            beside = {f"{top}/{name}": sha256(text.encode()).hexdigest() for name, text in code.sources}
            found |= {**beside, **dict(code.elsewhere)}
    return tuple(sorted(found.items()))


def _is_installed(place: str) -> bool:
    path = Path(place).resolve()
    return any(path.is_relative_to(root) for root in INSTALLED)


def _strip_root(path: Path, places: list[Path]) -> str:
    return next((path.relative_to(p).as_posix() for p in places if path.is_relative_to(p)), path.name)
