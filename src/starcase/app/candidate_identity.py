"""The code, parameters and tables of the case's candidates, and a hash of the inputs that all fits share."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from starcase.app.workspace import Workspace
from starcase.compute.user_source import OwnCode
from starcase.contract.case_spec import CandidateSpec
from starcase.contract.model import Candidate
from starcase.contract.model_identity import Pairs, Reader, hash_case_tables, hash_system, hash_tables
from starcase.errors import PluginError
from starcase.extensions.user_code import load_own_candidate, read_own_code


@dataclass(frozen=True, slots=True)
class Entrant:
    """A candidate and the identity of the code that reads its files, both from one load of the user's code."""

    candidate: Candidate[Any]
    reader: Reader


def list_entrants(work: Workspace) -> tuple[Entrant, ...]:
    """Return the case's candidates in contest order: built-in candidates, then the user's.

    Raises:
        PluginError: a candidate of the user's own cannot be made.
    """
    system = hash_system(work.system)
    specs = {spec.name: spec for spec in work.case.candidates}
    built_in = [
        Entrant(one, _build_builtin_reader(one.name, specs, system)) for one in work.system.candidates(work.case)
    ]
    folder = Path(work.case.folder)
    own = [
        Entrant(load_own_candidate(spec, code), _build_own_reader(spec, code, folder, system))
        for spec in specs.values()
        if spec.use
        for code in [read_own_code(spec.use, folder)]
    ]
    return (*built_in, *own)


def find_reader(work: Workspace, candidate: str) -> Reader:
    """Return the current identity of a candidate: its code, its parameters and the tables that they name.

    Raises:
        PluginError: its file is missing or no Python.
    """
    specs = {spec.name: spec for spec in work.case.candidates}
    system, spec, folder = hash_system(work.system), specs.get(candidate), Path(work.case.folder)
    if spec is None or not spec.use:
        return _build_builtin_reader(candidate, specs, system)
    return _build_own_reader(spec, read_own_code(spec.use, folder), folder, system)


def list_imports(work: Workspace, candidate: str) -> tuple[str, ...]:
    """Return the top-level modules that a user's candidate imports; empty if its code cannot be read."""
    spec = next((spec for spec in work.case.candidates if spec.name == candidate and spec.use), None)
    try:
        return read_own_code(spec.use, Path(work.case.folder)).imported if spec else ()
    except PluginError:
        return ()


def hash_ground(work: Workspace) -> str:
    """Return the hash of the inputs of a fit other than code and parameters: data, tables, options and seed.

    Raises:
        DataError: the data cannot be used.
    """
    case = work.case
    grounds = (work.dataset.check().fingerprint.sha256, hash_case_tables(case), case.options, case.seed)
    return sha256(msgspec.json.encode(grounds, order="sorted")).hexdigest()


def _build_builtin_reader(candidate: str, specs: dict[str, CandidateSpec], system: Pairs) -> Reader:
    parameters = dict(specs[candidate].parameters) if candidate in specs else {}
    return Reader(candidate=candidate, parameters=parameters, system=system)


def _build_own_reader(spec: CandidateSpec, code: OwnCode, folder: Path, system: Pairs) -> Reader:
    return Reader(
        candidate=spec.name,
        use=spec.use,
        parameters=dict(spec.parameters),
        sources=code.sources,
        elsewhere=code.elsewhere,
        tables=hash_tables([spec.parameters], folder),
        system=system,
    )
