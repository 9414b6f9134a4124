"""Load the user's own candidates and gates: ``use = "file.py:Object"`` in case.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from starcase.compute.user_import import import_own
from starcase.compute.user_source import OwnCode, read_code
from starcase.contract.case_spec import CandidateSpec, Case, GateSpec
from starcase.contract.model import Candidate
from starcase.contract.system import Gate
from starcase.errors import PluginError


def load_own_candidates(case: Case) -> tuple[Candidate[Any], ...]:
    """Return the case's candidates with ``use``, created with their parameters, in the order of case.toml.

    Raises:
        PluginError: the file or object is missing, fails, is not a candidate, or has another name.
    """
    return tuple(
        load_own_candidate(spec, read_own_code(spec.use, Path(case.folder))) for spec in case.candidates if spec.use
    )


def load_own_candidate(spec: CandidateSpec, code: OwnCode) -> Candidate[Any]:
    """Return a candidate with ``use``, created from ``code``, which may be older than the file on the disk.

    Raises:
        PluginError: see ``load_own_candidates``.
    """
    return cast("Candidate[Any]", _create_object("candidate", Candidate, spec, code))


def load_own_gates(case: Case) -> tuple[Gate, ...]:
    """Return the case's gates with ``use``, created with their thresholds, in the order of case.toml.

    Raises:
        PluginError: the file or object is missing, fails, is not a gate, or has another name.
    """
    return tuple(
        cast("Gate", _create_object("gate", Gate, spec, read_own_code(spec.use, Path(case.folder))))
        for spec in case.gates
        if spec.use
    )


def read_own_code(use: str, folder: Path) -> OwnCode:
    """Return the current source of the file that ``use`` names below ``folder``.

    Raises:
        PluginError: ``use`` is not ``file.py:Object``, or the file is missing or is not valid Python.
    """
    name, _ = _split_use(use)
    file = (folder / name).resolve()
    if not file.is_file():
        raise PluginError(
            f"{use!r} names a file that does not exist", where=str(file), mend="correct the path in `use`"
        )
    return read_code(file)


def load_own(use: str, folder: Path, code: OwnCode | None = None) -> Any:
    """Return the object that ``use`` names, from the file below ``folder`` as it is now or from ``code``.

    Raises:
        PluginError: ``use`` is not ``file.py:Object``, or the file or object is missing or fails.
    """
    name, attribute = _split_use(use)
    module = import_own(code or read_own_code(use, folder))
    if not hasattr(module, attribute):
        raise PluginError(
            f"{name} has no {attribute!r}",
            where=str(folder / name),
            why="it has: " + (", ".join(n for n in vars(module) if not n.startswith("_")) or "nothing"),
        )
    return getattr(module, attribute)


def _split_use(use: str) -> tuple[str, str]:
    name, colon, attribute = use.rpartition(":")
    if not colon or not name.endswith(".py") or not attribute.isidentifier():
        raise PluginError(f"{use!r} does not name an object in a file", mend='write use = "file.py:Object"')
    return name, attribute


def _create_object(kind: str, protocol: object, spec: CandidateSpec | GateSpec, code: OwnCode) -> object:
    where = f"{spec.use} of {spec.name!r}"
    factory = load_own(spec.use, Path(code.root), code)
    try:
        made = factory(**spec.parameters) if callable(factory) else factory
    except Exception as error:
        raise PluginError(
            f"{spec.use} cannot be created with the parameters {dict(spec.parameters)}",
            where=where,
            why=f"{type(error).__name__}: {error}",
        ) from error
    members = [member for member in _list_members(protocol) if not hasattr(made, member)]
    if members:
        raise PluginError(
            f"{spec.use} is not a {kind}: it lacks {', '.join(members)}",
            where=where,
            mend=f"add them; `starcase.testing.check_{kind}` checks each member",
        )
    name = made.name
    if name != spec.name:
        raise PluginError(
            f"{spec.use} has the name {name!r}, but case.toml names it {spec.name!r}",
            where=where,
            mend=f"give it the name {spec.name!r}, or write name = {name!r}",
        )
    return cast("object", made)


def _list_members(protocol: object) -> tuple[str, ...]:
    return tuple(sorted(name for name in vars(protocol) if not name.startswith("_")))
