"""Import the user's own modules from their text, each version in a separate package."""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from starcase.compute.user_source import PREFIX, OwnCode
from starcase.errors import PluginError

_known: dict[str, OwnCode] = {}
_elsewhere: dict[str, tuple[tuple[str, str], ...]] = {}


def adopt(codes: Iterable[OwnCode]) -> None:
    """Register code of another process, so that its objects can be unpickled here."""
    for code in codes:
        _known.setdefault(code.namespace, code)
    if _FINDER not in sys.meta_path:
        sys.meta_path.append(_FINDER)


def list_own_codes() -> tuple[OwnCode, ...]:
    """Return all code registered so far, for ``adopt`` in another process."""
    return tuple(_known.values())


def import_own(code: OwnCode) -> ModuleType:
    """Return the module of the user's file, imported once for each version of its text.

    A module in the same folder is imported by its plain name, and no other case sees it. The text comes from ``code``:
    no file and no bytecode is read.

    Raises:
        PluginError: the file or a module it imports raised.
    """
    adopt([code])
    file = Path(code.root, code.entry)
    name = f"{code.namespace}.{code.module}"
    if name in sys.modules:
        return sys.modules[name]
    _forget_edited(code)
    try:
        return importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise PluginError(
            f"{file.name} cannot be loaded", where=str(file), why=f"{type(error).__name__}: {error}"
        ) from error


def _forget_edited(code: OwnCode) -> None:
    """Reimport the user's modules in other folders, all of them if one was edited.

    A module that was not edited may hold objects that it imported from one that was.
    """
    tops = {name.partition("/")[0] for name, _ in code.elsewhere}
    now = {top: tuple(one for one in code.elsewhere if one[0].startswith(f"{top}/")) for top in tops}
    if any(_elsewhere.get(top, files) != files for top, files in now.items()):
        for name in [one for one in sys.modules if one.partition(".")[0] in tops]:
            del sys.modules[name]
    _elsewhere.update(now)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        namespace, _, below = fullname.partition(".")
        code = _known.get(namespace) if namespace.startswith(PREFIX) else None
        if code is None:
            return None
        if not below:
            return ModuleSpec(fullname, _Namespace(), is_package=True)
        stem = below.replace(".", "/")
        places = (code.entry if below == code.module else "", f"{stem}/__init__.py", f"{stem}.py")
        place = next((one for one in places if one in code.texts), None)
        if place is None:
            return None
        origin = str(Path(code.root, place))
        spec = ModuleSpec(fullname, _Source(code, place), origin=origin, is_package=place.endswith("/__init__.py"))
        spec.has_location = True
        return spec


_FINDER = _Finder()


class _Namespace(Loader):
    def exec_module(self, module: ModuleType) -> None:
        del module


class _Source(Loader):
    def __init__(self, code: OwnCode, place: str) -> None:
        self._code = code
        self._place = place

    def get_source(self, fullname: str) -> str:
        """Return the text, for tracebacks and ``inspect``."""
        del fullname
        return self._code.texts[self._place]

    def exec_module(self, module: ModuleType) -> None:
        compiled: CodeType = compile(
            self._code.texts[self._place], str(Path(self._code.root, self._place)), "exec", dont_inherit=True
        )
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": _build_importer(self._code)}
        exec(compiled, module.__dict__)  # noqa: S102 - the user's own code, which case.toml names


def _build_importer(code: OwnCode) -> Any:
    """Return ``__import__`` for modules of ``code``: plain names of modules in the file's folder resolve to these."""

    def own_import(
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - Python's own signature
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        top = name.partition(".")[0]
        if level or top not in code.tops:
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        module = importlib.import_module(f"{code.namespace}.{name}")
        if not fromlist:
            return importlib.import_module(f"{code.namespace}.{top}")
        for wanted in fromlist:
            if not hasattr(module, wanted) and hasattr(module, "__path__"):
                _import_if_there(f"{module.__name__}.{wanted}")
        return module

    return own_import


def _import_if_there(name: str) -> None:
    if _FINDER.find_spec(name, None) is not None:
        importlib.import_module(name)
