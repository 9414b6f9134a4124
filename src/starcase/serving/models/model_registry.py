"""The model registry: fitted models as folders of data, named by the hash of their content."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath

import msgspec

from starcase.contract.model_identity import READER, Reader, hash_model, read_reader
from starcase.errors import ArtefactError

MANIFEST = "manifest.json"
DIGITS = len(sha256().hexdigest())
FORBIDDEN = frozenset({".pkl", ".pickle", ".joblib", ".dill", ".py", ".pyc", ".so", ".sh"})


class _Manifest(msgspec.Struct, frozen=True):
    model: str
    files: dict[str, str]


class ModelRegistry:
    """A folder of models: ``<root>/<first two digits>/<hash>/<files>``; written once, checked at every load.

    Args:
        root: the folder; created with the first model.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     artefacts = ModelRegistry(Path(folder))
    ...     model = artefacts.save({"booster.txt": b"tree"})
    ...     artefacts.load(model)
    {'booster.txt': b'tree'}
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, model: str) -> Path:
        """Return the folder of a model; raises ArtefactError where ``model`` is not a hash."""
        if len(model) != DIGITS or set(model) - set("0123456789abcdef"):
            raise ArtefactError(
                f"{model!r} is not the hash of a model", mend="use the 64 hexadecimal digits shown in the ledger"
            )
        return self.root / model[:2] / model

    def __contains__(self, model: str) -> bool:
        return self.path(model).is_dir()

    def models(self) -> list[str]:
        """Return the hashes of all stored models, sorted."""
        return sorted(path.name for path in self.root.glob("??/" + "?" * DIGITS))

    def save(self, files: Mapping[str, bytes], reader: Reader | None = None) -> str:
        """Store a model's files and return its hash; a model already stored is checked, not written again.

        The folder appears whole or not at all: files are written and synced under another name first.

        Args:
            files: as the candidate's ``save`` gave them.
            reader: what reads them, which is part of the model; None for a file that says itself how it is read.

        Raises:
            ArtefactError: no file, a name that leaves the folder, or a format that may run code when loaded.
        """
        if not files:
            raise ArtefactError("a model without files cannot be kept", mend="let the candidate's save return files")
        for name in files:
            _check_name(name)
        files = reader.join(files) if reader else files
        model = hash_model(files)
        target = self.path(model)
        if target.is_dir():
            self.load(model)
            return model
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=self.root))
        try:
            manifest = _Manifest(model, {name: sha256(content).hexdigest() for name, content in sorted(files.items())})
            for name, content in [*files.items(), (MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))]:
                _write(staging / name, content)
            for folder in [staging, *(path for path in staging.rglob("*") if path.is_dir())]:
                _sync(folder)
            self._publish(staging, target)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        return model

    def load(self, model: str) -> dict[str, bytes]:
        """Load the files of a model, every byte checked against its hash.

        Raises:
            ArtefactError: the model is not in the registry, or a file (named) was changed, added or removed.
        """
        return {name: content for name, content in self._read_verified(model).items() if name != READER}

    def load_reader(self, model: str) -> Reader | None:
        """Load the reader of a model's files; None where the files name it, and for one stored by version 0.1.

        Raises:
            ArtefactError: see ``load``.
        """
        content = self._read_verified(model).get(READER)
        if content is None:
            return None
        try:
            return read_reader(content)
        except msgspec.MsgspecError as error:
            raise _build_change_error(model, self.path(model) / READER, f"it cannot be read: {error}") from error

    def is_read_by(self, model: str, reader: Reader) -> bool:
        """Whether a model is stored here with exactly this reader."""
        return model in self and self._read_verified(model).get(READER) == reader.encoded

    def _read_verified(self, model: str) -> dict[str, bytes]:
        folder = self.path(model)
        if not folder.is_dir():
            raise ArtefactError(
                f"model {model[:12]} is not in the registry",
                where=str(self.root),
                mend="run the contest that fits it again",
            )
        present = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if not path.is_dir()}
        links = [name for name, path in present.items() if path.is_symlink()]
        if links:
            raise _build_change_error(model, folder / links[0], "it is a link; a model must contain its bytes")
        files = {name: path.read_bytes() for name, path in present.items() if name != MANIFEST}
        if hash_model(files) != model:
            raise self._find_difference(model, folder, files)
        return files

    @staticmethod
    def _publish(staging: Path, target: Path) -> None:
        try:
            staging.rename(target)
        except OSError:
            if not target.is_dir():  # another process stored the same model in the meantime
                raise
        _sync(target.parent)

    @staticmethod
    def _find_difference(model: str, folder: Path, files: Mapping[str, bytes]) -> ArtefactError:
        try:
            written = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=_Manifest).files
        except (OSError, msgspec.MsgspecError):
            return _build_change_error(model, folder / MANIFEST, "it cannot be read")
        for name in sorted(written.keys() | files.keys()):
            if name not in files:
                return _build_change_error(model, folder / name, "it is gone")
            if name not in written:
                return _build_change_error(model, folder / name, "it was added")
            if sha256(files[name]).hexdigest() != written[name]:
                return _build_change_error(model, folder / name, "its bytes were changed")
        return _build_change_error(model, folder / MANIFEST, "it is not the one that was written")


def _check_name(name: str) -> None:
    parts = name.split("/")
    taken = name in {MANIFEST, READER}
    if taken or "" in parts or {".", ".."} & set(parts) or "\\" in name or ":" in name or "\0" in name:
        raise ArtefactError(
            f"{name!r} cannot name a file of a model",
            why="the name leaves the model's folder or is taken",
            mend="use plain names such as 'booster.txt'",
        )
    if PurePosixPath(name).suffix.lower() in FORBIDDEN:
        raise ArtefactError(
            f"{name!r} has a format that may run code when it is loaded",
            mend="keep the model as LightGBM text, ONNX, skops, safetensors or JSON",
        )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _build_change_error(model: str, path: Path, why: str) -> ArtefactError:
    return ArtefactError(
        f"model {model[:12]} does not match its hash and is not loaded",
        where=str(path),
        why=why,
        mend="restore the folder from a copy, or delete it and fit the candidate again; the served plan is unchanged",
    )
