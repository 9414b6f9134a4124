"""Which model goes by a candidate's name, and the model itself."""

from __future__ import annotations

from dataclasses import dataclass

from starcase.case.model import Model
from starcase.errors import RolloutError
from starcase.evidence.records import ContestRecord, GateRecord
from starcase.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A fitted model that is kept, and the records it came from."""

    candidate: str
    model: str
    because: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, str]:
        """Candidate and model."""
        return self.candidate, self.model


def kept_model(work: Workspace, candidate: str) -> Kept:
    """The latest fitted model of a candidate: of its last contest, or of its last run of gates where that came later.

    Raises:
        RolloutError: no contest has fitted it.
    """
    found: dict[int, Kept] = {}
    for entry, contest in work.ledger.of(ContestRecord):
        for standing in contest.standings:
            if standing.candidate == candidate:
                found[entry.seq] = Kept(candidate=candidate, model=standing.model, because=(entry.id,))
    for entry, run in work.ledger.of(GateRecord):
        if run.candidate == candidate and not run.retrospective:
            found[entry.seq] = Kept(candidate=candidate, model=run.model, because=(entry.id,))
    if not found:
        raise RolloutError(
            f"there is no fitted model of {candidate!r}",
            where=str(work.root),
            mend="hold a contest in which it takes part: `starcase contest`",
        )
    return found[max(found)]


def model_of(work: Workspace, candidate: str) -> str:
    """The hash of a candidate's latest model; raises as ``kept_model``, or CaseFileError for an unknown name."""
    work.candidate(candidate)
    return kept_model(work, candidate).model


def incumbent_of(work: Workspace) -> Kept:
    """The latest model of the case's incumbent; raises as ``kept_model``."""
    return kept_model(work, work.case.incumbent)


def loaded(work: Workspace, candidate: str, model: str) -> Model:
    """A kept model, its files checked against its hash; raises ArtefactError."""
    return work.candidate(candidate).load(work.artefacts.load(model))
