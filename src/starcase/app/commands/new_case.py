"""A commented case.toml for the user's own data."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from starcase.app.queries.ask import begin
from starcase.casefile.template import render_template
from starcase.casefile.toml import FILE
from starcase.contract.case_spec import Case, DataSpec, ObjectiveSpec, TomlValue
from starcase.contract.system import ConfigurableSystem, PromptingSystem
from starcase.errors import CaseFileError, DataError
from starcase.extensions.case_validation import validate_case
from starcase.extensions.registry import load_system
from starcase.tables.columns import read_column_names, require_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDraft:
    """The contents of a new case.

    Args:
        system: the kind of problem.
        data: the user's columns; None for a system whose data a person writes.
        metric: the objective; the system's first metric when empty.
        incumbent: what runs today; the simplest candidate when empty.
        title: the case for people; the folder's name when empty.
        options: of the system.
        question: for a system whose data a person writes: the question to prompt for.
        who: writes it; the login name when empty.
    """

    system: str
    data: DataSpec | None = None
    metric: str = ""
    incumbent: str = ""
    title: str = ""
    options: Mapping[str, TomlValue] = field(default_factory=dict)
    question: str = ""
    who: str = ""


def write_new_case(folder: Path, draft: CaseDraft) -> Case:
    """Write ``folder/case.toml`` and return the case; the data are read first, and nothing is overwritten.

    Args:
        folder: of the case; made where it is not there.
        draft: what the case begins with; ``data.path`` is absolute, or relative to the working directory.

    Raises:
        CaseFileError: there is a case in ``folder`` already, or the system needs data and ``draft`` names none.
        DataError: the data cannot be read, lack a column, or the case cannot be written.
    """
    file = folder / FILE
    if file.exists():
        raise CaseFileError("there is a case here already", where=str(file), mend="choose another folder")
    kind = load_system(draft.system)
    if draft.data is None:
        if not isinstance(kind, PromptingSystem):
            raise CaseFileError(f"the system {draft.system!r} needs your data", mend="name the file and its columns")
        title = draft.title or folder.resolve().name
        case = _build_case(folder, draft, begin(kind, folder, draft.question, title=title, who=draft.who))
    else:
        source = Path(draft.data.path)
        _check_columns(source, draft.data)
        case = _build_case(folder, draft, replace(draft.data, path=_resolve_path(source, folder)))
        kind.load(replace(case, data=replace(case.data, path=str(source.absolute()))))
    _write_file(file, case)
    return case


def _resolve_path(data: Path, folder: Path) -> str:
    """Return the data's path relative to the case's folder; an absolute path is unchanged."""
    return str(data) if data.is_absolute() else os.path.relpath(data, folder)


def _check_columns(data: Path, columns: DataSpec) -> None:
    """Raise DataError for a column that the data does not have."""
    named = {
        "--time": columns.time, "--target": columns.target, "--id": columns.id, "--unit": columns.unit,
        "--amount": columns.amount, **{f"--entity {name}": column for name, column in columns.entities.items()},
        **{f"--ignore {name}": name for name in columns.ignore},
    }  # fmt: skip
    require_columns(read_column_names(data), {option: column for option, column in named.items() if column}, str(data))


def _build_case(folder: Path, draft: CaseDraft, data: DataSpec) -> Case:
    """Build the case with the default objective and incumbent of the system."""
    kind = load_system(draft.system)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", folder.resolve().name).strip("-._") or "case"
    case = Case(
        name=name, title=draft.title or folder.resolve().name, system=draft.system, data=data, folder=str(folder),
        objective=ObjectiveSpec(metric=draft.metric or "to be named"), incumbent=draft.incumbent or "to be named",
        options=dict(draft.options),
    )  # fmt: skip
    if not draft.metric:
        case = replace(case, objective=ObjectiveSpec(metric=kind.metrics(case)[0].name))
    if not draft.incumbent:
        simplest = min(kind.candidates(case), key=lambda candidate: candidate.complexity, default=None)
        case = replace(case, incumbent=simplest.name if simplest else kind.baselines(case)[0].name)
    validate_case(case, kind)
    return case


def _write_file(file: Path, case: Case) -> None:
    kind = load_system(case.system)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:
            out.write(render_template(case, kind.options if isinstance(kind, ConfigurableSystem) else None))
    except OSError as error:
        raise DataError("the case cannot be written", where=str(file), why=str(error)) from error
