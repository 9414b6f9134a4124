"""The identity of a model: its files, and the code that reads them."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from starcase.compute.user_source import OwnCode, hash_modules
from starcase.contract.case_spec import Case

READER = "reader.json"
_BLOCK = 1 << 20
Pairs = tuple[tuple[str, str], ...]


def hash_model(files: Mapping[str, bytes]) -> str:
    """Return the hash that identifies a model: SHA-256 over the sorted (name, content) pairs, each with its length.

    >>> hash_model({"a": b"1", "b": b"2"}) == hash_model({"b": b"2", "a": b"1"}) != hash_model({"a": b"12", "b": b""})
    True
    """
    return sha256(msgspec.msgpack.encode(sorted(files.items()))).hexdigest()


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """The code and parameters that read a model's files; it is one of these files, so the model's hash covers it.

    Two candidates never share a model, whatever their files hold.

    Args:
        candidate: the candidate's name.
        use: ``"file.py:Object"`` of a user's candidate; empty for a built-in one.
        parameters: of case.toml, by name.
        sources: path and text of every user module in the folder of that file, as ``OwnCode.sources``.
        elsewhere: module and hash of the user modules in other folders, as ``OwnCode.elsewhere``.
        tables: file and hash of every file that a parameter names.
        system: file and hash of the modules of a system that does not come with Starcase.

    >>> one, other = Reader(candidate="a"), Reader(candidate="b")
    >>> one.identify({"m": b""}) == other.identify({"m": b""})
    False
    """

    candidate: str
    use: str = ""
    parameters: dict[str, Any] = {}
    sources: Pairs = ()
    elsewhere: Pairs = ()
    tables: Pairs = ()
    system: Pairs = ()

    def identify(self, files: Mapping[str, bytes]) -> str:
        """Return the hash of the model that consists of these files and this reader."""
        return hash_model(self.join(files))

    def join(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the files together with this reader."""
        return {**files, READER: self.encoded}

    @property
    def encoded(self) -> bytes:
        """Canonical JSON."""
        return msgspec.json.encode(self, order="sorted")

    def code(self, folder: Path) -> OwnCode:
        """Return the user's code as it was recorded, placed in ``folder``."""
        file = (folder / self.use.rpartition(":")[0]).resolve()
        return OwnCode(root=str(file.parent), entry=file.name, sources=self.sources, elsewhere=self.elsewhere)

    def list_unrecoverable(self, now: Reader) -> tuple[str, ...]:
        """Return the names of changed dependencies that cannot be restored; only the text of user modules is kept.

        Args:
            now: the reader with which the files would be read today.
        """
        pairs = ((self.elsewhere, now.elsewhere), (self.tables, now.tables), (self.system, now.system))
        return tuple(name for before, after in pairs for name in _find_differences(dict(before), dict(after)))

    def use_dependencies_of(self, now: Reader) -> Reader:
        """Return the same code and parameters with the tables and installed modules of ``now``."""
        return msgspec.structs.replace(self, elsewhere=now.elsewhere, tables=now.tables, system=now.system)

    def is_worded_as(self, other: Reader) -> bool:
        """Whether code and parameters are the same; tables and installed modules may differ."""
        return self.encoded == other.use_dependencies_of(self).encoded

    def list_differences(self, now: Reader) -> tuple[str, ...]:
        """Return the names of everything that differs from the reader of today."""
        parameters = () if _is_same_json(self.parameters, now.parameters) else ("parameters",)
        use = () if self.use == now.use else ("use",)
        return (
            *use,
            *parameters,
            *_find_differences(dict(self.sources), dict(now.sources)),
            *self.list_unrecoverable(now),
        )


def read_reader(content: bytes) -> Reader:
    """Return the reader in a model's ``reader.json``; raises msgspec.MsgspecError."""
    return _decode(content)


_decode = msgspec.json.Decoder(Reader).decode


def hash_tables(values: Iterable[object], folder: Path) -> Pairs:
    """Return every file that a value names, relative to ``folder``, with the hash of its content, sorted.

    A value may name a folder or be a glob pattern: then every file in it is hashed. A folder that contains the folder
    of the case (such as ``"/"``) is ignored, and so are hidden files.
    """
    found: dict[str, str] = {}
    for value in _collect_texts(values):
        for path in _find_files(value, folder):
            found[path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)] = _hash_file(path)
    return tuple(sorted(found.items()))


def hash_case_tables(case: Case) -> Pairs:
    """Return the hashes of the files that a case names in options and parameters, such as an item table."""
    values = [case.options, *(spec.parameters for spec in case.candidates)]
    return hash_tables(values, Path(case.folder))


def hash_system(system: object) -> Pairs:
    """Return the hashes of the modules of a third-party system; empty for a system of Starcase."""
    return tuple(sorted(hash_modules(type(system).__module__.partition(".")[0], installed=True).items()))


def _collect_texts(values: Iterable[object]) -> Iterable[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from _collect_texts(value.values())
        elif isinstance(value, list | tuple):
            yield from _collect_texts(value)


def _find_files(value: str, folder: Path) -> Iterable[Path]:
    if not value or "\0" in value or len(value) > 1_000 or "\n" in value:  # noqa: PLR2004 - no path is that long
        return []
    path = folder / value
    try:
        if path.is_file():
            return [path]
        if path.is_dir():
            return [] if folder.resolve().is_relative_to(path.resolve()) else _list_visible_files(path)
        if any(sign in value for sign in "*?[") and "." in value:
            return sorted(Path(one) for one in glob.glob(str(path)) if Path(one).is_file())  # noqa: PTH207
    except OSError:
        return []
    return []


def _list_visible_files(folder: Path) -> list[Path]:
    found = (one for one in folder.rglob("*") if not any(p.startswith(".") for p in one.relative_to(folder).parts))
    return sorted(one for one in found if one.is_file())


def _hash_file(path: Path) -> str:
    total = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            total.update(block)
    return total.hexdigest()


def _is_same_json(one: object, other: object) -> bool:
    return msgspec.json.encode(one, order="sorted") == msgspec.json.encode(other, order="sorted")


def _find_differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
