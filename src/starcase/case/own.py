"""The user's own candidates and gates: ``use = "file.py:Object"`` beside case.toml."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from starcase.case.model import Candidate
from starcase.case.spec import CandidateSpec, Case, GateSpec
from starcase.case.system import Gate
from starcase.errors import PluginError

OWN = "starcase_own_"


def own_candidates(case: Case) -> tuple[Candidate[Any], ...]:
    """The case's candidates with ``use``, made with their parameters, in the order of case.toml.

    Raises:
        PluginError: the file or object is missing, fails, is no candidate, or goes by another name.
    """
    made = (_made("candidate", Candidate, spec, case.folder) for spec in case.candidates if spec.use)
    return tuple(cast("Candidate[Any]", candidate) for candidate in made)


def own_gates(case: Case) -> tuple[Gate, ...]:
    """The case's gates with ``use``, made with their thresholds, in the order of case.toml.

    Raises:
        PluginError: the file or object is missing, fails, is no gate, or goes by another name.
    """
    return tuple(cast("Gate", _made("gate", Gate, spec, case.folder)) for spec in case.gates if spec.use)


def load_own(use: str, folder: Path) -> Any:
    """The object that ``use`` names in a file below ``folder``.

    Raises:
        PluginError: ``use`` is not ``file.py:Object``, or the file or object is missing or fails.
    """
    name, colon, attribute = use.rpartition(":")
    if not colon or not name.endswith(".py") or not attribute.isidentifier():
        raise PluginError(f"{use!r} names no object of a file", mend='write use = "file.py:Object"')
    module = _module((folder / name).resolve(), use)
    if not hasattr(module, attribute):
        raise PluginError(
            f"{name} has no {attribute!r}",
            where=str(folder / name),
            why="it has: " + (", ".join(n for n in vars(module) if not n.startswith("_")) or "nothing"),
        )
    return getattr(module, attribute)


def own_files() -> tuple[str, ...]:
    """The files loaded so far, for ``adopt`` in another process."""
    names = (module.__file__ for name, module in sys.modules.items() if name.startswith(OWN))
    return tuple(file for file in names if file)


def adopt(files: Iterable[str]) -> None:
    """Load the user's files as another process did, so that objects from there can be unpickled here."""
    for file in files:
        _module(Path(file), file)


def _made(kind: str, protocol: object, spec: CandidateSpec | GateSpec, folder: str) -> object:
    where = f"{spec.use} of {spec.name!r}"
    factory = load_own(spec.use, Path(folder))
    try:
        made = factory(**spec.parameters) if callable(factory) else factory
    except Exception as error:
        raise PluginError(
            f"{spec.use} cannot be made with the parameters {dict(spec.parameters)}",
            where=where,
            why=f"{type(error).__name__}: {error}",
        ) from error
    members = [member for member in _members(protocol) if not hasattr(made, member)]
    if members:
        raise PluginError(
            f"{spec.use} is no {kind}: it lacks {', '.join(members)}",
            where=where,
            mend=f"`starcase.testing.check_{kind}` says what is wanted",
        )
    name = made.name
    if name != spec.name:
        raise PluginError(
            f"{spec.use} calls itself {name!r}, and case.toml calls it {spec.name!r}",
            where=where,
            mend=f"give it the name {spec.name!r}, or write name = {name!r}",
        )
    return cast("object", made)


def _members(protocol: object) -> tuple[str, ...]:
    return tuple(sorted(name for name in vars(protocol) if not name.startswith("_")))


def _module(file: Path, use: str) -> ModuleType:
    name = OWN + hashlib.sha256(str(file).encode()).hexdigest()[:16]
    if name in sys.modules:
        return sys.modules[name]
    if not file.is_file():
        raise PluginError(f"{use!r} names a file that is not there", where=str(file))
    specification = importlib.util.spec_from_file_location(name, file)
    if specification is None or specification.loader is None:
        raise PluginError(f"{file.name} is no Python file", where=str(file))
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    try:
        specification.loader.exec_module(module)
    except KeyboardInterrupt:
        del sys.modules[name]
        raise
    except BaseException as error:
        del sys.modules[name]
        raise PluginError(
            f"{file.name} cannot be loaded", where=str(file), why=f"{type(error).__name__}: {error}"
        ) from error
    return module
