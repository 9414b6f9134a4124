"""Find and load the stored models of a candidate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starcase.app.candidate_identity import find_reader
from starcase.app.workspace import Workspace
from starcase.compute.traceback_text import describe_exception
from starcase.contract.case_spec import CandidateSpec
from starcase.contract.model import Candidate, Model
from starcase.contract.model_identity import Reader
from starcase.decide import Arm
from starcase.errors import ArtefactError, RolloutError, StarcaseError
from starcase.evidence.records import ContestRecord, GateRecord, RefitRecord
from starcase.extensions.user_code import load_own_candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """A stored fitted model, and the records it came from."""

    candidate: str
    model: str
    because: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, str]:
        """Candidate and model."""
        return self.candidate, self.model


def find_latest_model(work: Workspace, candidate: str) -> StoredModel:
    """Return the latest fitted model of a candidate, from its last contest, refit or run of gates.

    Raises:
        RolloutError: no contest has fitted it.
    """
    found: dict[int, StoredModel] = {}
    for entry, contest in work.ledger.of(ContestRecord):
        for standing in contest.standings:
            if standing.candidate == candidate:
                found[entry.seq] = StoredModel(candidate=candidate, model=standing.model, because=(entry.id,))
    for entry, fit in work.ledger.of(RefitRecord):
        if fit.candidate == candidate:
            found[entry.seq] = StoredModel(candidate=candidate, model=fit.model, because=(entry.id,))
    for entry, run in work.ledger.of(GateRecord):
        if run.candidate == candidate and not run.retrospective:
            found[entry.seq] = StoredModel(candidate=candidate, model=run.model, because=(entry.id,))
    if not found:
        raise RolloutError(
            f"there is no fitted model of {candidate!r}",
            where=str(work.root),
            mend="hold a contest in which it takes part: `starcase contest`",
        )
    return found[max(found)]


def load_model(work: Workspace, candidate: str, model: str, *, anyway: bool = False) -> Model:
    """Load a stored model with the code, the parameters and the tables it was fitted with.

    The text of the user's own modules is kept with the model, so a later edit of them changes nothing here.

    Args:
        work: the opened case.
        candidate: the candidate's name.
        model: the model's hash.
        anyway: whether to load a model of which a table or an installed module has changed since, as a champion
            that serves already has to be.

    Raises:
        ArtefactError: the files are not what the hash says, the model is another candidate's, or something that is not
            kept with it has changed since; or its code fails.
    """
    files = work.artefacts.load(model)
    try:
        return restore_candidate(work, candidate, model, anyway=anyway).load(files)
    except ArtefactError:
        raise
    except StarcaseError as error:
        raise _build_unreadable_error(
            work, candidate, model, f"{error.what}: {error.why}".removesuffix(": ")
        ) from error
    except Exception as failure:
        raise _build_unreadable_error(work, candidate, model, describe_exception(failure)) from failure


def restore_candidate(work: Workspace, candidate: str, model: str, *, anyway: bool = False) -> Candidate[Any]:
    """Return the candidate as it was when its model was fitted; arguments and errors are those of ``load_model``."""
    reader = work.artefacts.load_reader(model)
    if reader is None:
        return work.candidate(Arm(candidate, model).candidate)
    if Arm(candidate, model).candidate != reader.candidate:
        raise ArtefactError(
            f"model {model[:12]} is of {reader.candidate}, not of {candidate}",
            where=str(work.artefacts.path(model)),
            mend=f"name a model of {candidate}, or the candidate {reader.candidate}",
        )
    if not anyway:
        _require_unchanged(work, reader, model)
    if not reader.use:
        return work.candidate(reader.candidate, parameters=reader.parameters)
    spec = CandidateSpec(name=reader.candidate, use=reader.use, parameters=reader.parameters)
    return load_own_candidate(spec, reader.code(Path(work.case.folder)))


def _build_unreadable_error(work: Workspace, candidate: str, model: str, why: str) -> ArtefactError:
    name = Arm(candidate, model).candidate
    return ArtefactError(
        f"model {model[:12]} of {name} cannot be loaded",
        where=str(work.artefacts.path(model)),
        why=why,
        mend=f"install the libraries of the fit, or run `starcase gate --candidate {name}`, which fits it again",
    )


def _require_unchanged(work: Workspace, reader: Reader, model: str) -> None:
    if not (reader.elsewhere or reader.tables or reader.system):
        return
    changed = reader.list_unrecoverable(find_reader(work, reader.candidate))
    if changed:
        raise ArtefactError(
            f"model {model[:12]} of {reader.candidate} was fitted with another {', '.join(changed)}",
            where=str(work.artefacts.path(model)),
            why="code and tables that a model reads are part of it, and these have changed since",
            mend=f"restore it, or run `starcase gate --candidate {reader.candidate}`, which fits it again",
        )
