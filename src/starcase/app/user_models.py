"""The user's own model files in a folder, with or without a case."""

from __future__ import annotations

import re
from pathlib import Path

from starcase.app.stored_models import load_model
from starcase.app.workspace import Workspace
from starcase.contract.case_spec import Case, DataSpec, ObjectiveSpec
from starcase.contract.model import Model
from starcase.decide import Arm
from starcase.errors import ArtefactError
from starcase.serving.models.formats import ENDINGS, PICKLES, build_artefact, load_artefact

CASE_FILE = "case.toml"


def open_folder(root: Path, **choices: object) -> Workspace:
    """Open the case in a folder; without a case.toml, a case without data that can only be served."""
    if root.is_file() or (root / CASE_FILE).is_file():
        return Workspace.open(root, **choices)
    root.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^a-z0-9]+", "-", root.resolve().name.lower()).strip("-") or "models"
    nothing = DataSpec(path="none", time="none", target="none")
    case = Case(
        name=name,
        title=name,
        system="none",
        incumbent="none",
        data=nothing,
        objective=ObjectiveSpec(metric="none"),
        folder=str(root),
    )
    return Workspace(case, root, **choices)  # type: ignore[arg-type]


def is_source(text: str) -> bool:
    """Return whether a name is that of a file or an entry point rather than of a candidate."""
    return ":" in text or Path(text).is_file()


def require_files(*sources: str) -> None:
    """Raise ArtefactError if a name is that of a file, by its ending, and the file does not exist."""
    for path in map(Path, sources):
        if path.suffix in {*ENDINGS, *PICKLES} and not path.is_file():
            raise ArtefactError("there is no such file", where=str(path.absolute()), mend="name an existing file")


def import_model(
    work: Workspace, source: str, *, trust: bool, features: tuple[str, ...] = (), threshold: float = 0.5
) -> Arm:
    """Store a user's model under its hash; raises ArtefactError if it is not a model.

    Args:
        work: the opened folder.
        source: a file or ``"module:function"``; the candidate is called after it.
        trust: whether a pickle may be taken.
        features: names of the features in order, for formats that do not say.
        threshold: the score from which on the model acts.
    """
    files = build_artefact(source, trust=trust, features=features, threshold=threshold)
    name = Path(source).stem if Path(source).is_file() else source.rpartition(":")[2]
    return Arm(name, work.artefacts.save(files))


def load_any_model(work: Workspace, candidate: str, model: str, *, trust: bool, anyway: bool = False) -> Model:
    """Load a stored model of the user or of a candidate, and check its files with its hash.

    Args:
        work: the opened folder.
        candidate: the candidate's name, or its arm's.
        model: the model's hash.
        trust: whether a pickle may be loaded.
        anyway: see ``models.loaded``.

    Raises:
        ArtefactError: the model cannot be loaded as what it is.
    """
    return load_artefact(work.artefacts.load(model), trust=trust, anyway=anyway) or load_model(
        work, candidate, model, anyway=anyway
    )
