"""Read case.toml as a ``Case``, and write it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path

import tomli_w

from starcase.casefile.decode import DecodeError, decode, format_path
from starcase.casefile.layout import CaseFile, build_case, build_case_file
from starcase.casefile.toml_positions import KeyPath, find_key_lines
from starcase.contract.case_spec import Case
from starcase.errors import CaseFileError

FILE = "case.toml"
_AT_LINE = re.compile(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")


def read_case(path: Path) -> Case:
    """Return the case that ``path`` describes: a case.toml, or the folder that holds one.

    Raises:
        CaseFileError: the file is missing or not TOML, a key is unknown or missing, a value is of the wrong type or
            impossible; the message names file, line, key and the expected value.
    """
    file = path / FILE if path.is_dir() else path
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise CaseFileError(
            "the file case.toml does not exist",
            where=str(file),
            mend="run `starcase new`, or name the folder with --case",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CaseFileError("the file cannot be read", where=str(file), why=str(error)) from error
    return parse_case(text, file)


def parse_case(text: str, file: Path) -> Case:
    """Return the case that the text of ``file`` describes; paths of data are relative to the folder of the file.

    Raises:
        CaseFileError: see ``read_case``.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _explain_not_toml(str(error), text, file) from error
    try:
        return build_case(decode(CaseFile, table), folder=str(file.parent))
    except DecodeError as misfit:
        raise CaseFileError(
            misfit.what, where=f"{file}:{_find_line(misfit.path, text)}", mend=misfit.mend, key=format_path(misfit.path)
        ) from misfit
    except CaseFileError as error:
        path = _resolve_head_path(error.key)
        raise CaseFileError(
            error.what, where=f"{file}:{_find_line(path, text)}", why=error.why, mend=error.mend, key=format_path(path)
        ) from error


def build_case_error(folder: Path, path: KeyPath, what: str, *, why: str = "", mend: str = "") -> CaseFileError:
    """Return the error for a valid value that the system does not know, with its line if the case is in a file."""
    file = folder / FILE
    where = format_path(path)
    if file.is_file():
        where = f"{file}:{_find_line(path, file.read_text(encoding='utf-8'))}"
    return CaseFileError(what, where=where, why=why, mend=mend, key=format_path(path))


def write_case(case: Case) -> str:
    """Return the case as TOML, which ``parse_case`` reads back as the same case; default values are omitted.

    >>> from starcase.contract.case_spec import DataSpec, ObjectiveSpec
    >>> print(write_case(Case(name="cards", title="Cards", system="fraud", incumbent="logistic",
    ...     data=DataSpec(path="tx.csv", time="t", target="y"), objective=ObjectiveSpec(metric="recall"))).strip())
    [case]
    name = "cards"
    title = "Cards"
    system = "fraud"
    incumbent = "logistic"
    <BLANKLINE>
    [data]
    path = "tx.csv"
    time = "t"
    target = "y"
    <BLANKLINE>
    [objective]
    metric = "recall"
    """
    return tomli_w.dumps(_encode_table(build_case_file(case), defaults=False))


def resolve_case(case: Case) -> str:
    """Return the case as TOML with every default written out, as the ledger stores it."""
    return tomli_w.dumps(_encode_table(build_case_file(case), defaults=True))


def _encode_table(value: object, *, defaults: bool) -> dict[str, object]:
    table = {}
    for part in fields(value):  # type: ignore[arg-type]
        inner = getattr(value, part.name)
        default = part.default if part.default_factory is MISSING else part.default_factory()
        if defaults or default is MISSING or inner != default:
            table[part.name] = _encode_value(inner, defaults=defaults)
    return table


def _encode_value(value: object, *, defaults: bool) -> object:
    if is_dataclass(value):
        return _encode_table(value, defaults=defaults)
    if isinstance(value, Mapping):
        return {name: _encode_value(inner, defaults=defaults) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_encode_value(inner, defaults=defaults) for inner in value]
    return value


def _find_line(path: KeyPath, text: str) -> int:
    lines = find_key_lines(text)
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _resolve_head_path(key: str) -> KeyPath:
    first, *rest = key.split(".")
    in_tables = {part.name for part in fields(CaseFile)}
    return (first, *rest) if first in in_tables else ("case", first, *rest)


def _explain_not_toml(message: str, text: str, file: Path) -> CaseFileError:
    found = _AT_LINE.search(message)
    line = int(found[1]) if found and found[1] else text.rstrip().count("\n") + 1
    what = _AT_LINE.sub("", message).strip()
    return CaseFileError(
        f"line {line} is not TOML: {what[:1].lower()}{what[1:]}",
        where=f"{file}:{line}",
        mend="write text in quotes and lists in [ ], and each key only once",
    )
