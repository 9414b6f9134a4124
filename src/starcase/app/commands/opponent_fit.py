"""The model a candidate is compared with on a fold; its training must end before that fold too."""

from __future__ import annotations

from starcase.app.commands.candidate_fit import fit_on, restore_entrant, restore_parameters
from starcase.app.fit_history import find_contest, find_measured_fit, find_training_end
from starcase.app.stored_models import StoredModel
from starcase.app.workspace import Workspace
from starcase.contract.model_identity import Reader
from starcase.contract.system import Fold
from starcase.errors import LedgerError
from starcase.evidence import who_served
from starcase.evidence.records import ContestRecord


def find_opponent(work: Workspace, fold: Fold, *, now: int, incumbent: StoredModel | None = None) -> StoredModel:
    """Return a fit of the champion at ``now``, or else of the contest's incumbent, trained before the fold.

    The serving model itself answers where its training ended before the fold begins. Otherwise a fit of the same
    candidate stands in for it: the one that a contest made for this very fold, or one that is made here.

    Args:
        work: the opened case.
        fold: the span both will answer.
        now: the moment of the check, microseconds UTC.
        incumbent: the model meant, where it is neither of the two.

    Raises:
        LedgerError: no champion serves, and no contest has fitted the incumbent.
    """
    meant = incumbent or _find_incumbent(work, now)
    ends = find_training_end(work.ledger, *meant.named)
    if ends is None or ends <= fold.train_end or ends <= fold.test_start:
        return meant
    same = _find_same_fold_fit(work, meant, fold)
    if same is not None:
        return same
    found = find_contest(work.ledger, meant.candidate, _find_contest_fit(work, meant)) or find_contest(
        work.ledger, meant.candidate
    )
    if found is None:
        return meant
    settled = restore_parameters(work, found[1], found[2], entrant=restore_entrant(work, *meant.named))
    return StoredModel(candidate=meant.candidate, model=fit_on(work, settled, fold).hash)


def _find_incumbent(work: Workspace, now: int) -> StoredModel:
    tenure = who_served(work.ledger, now)
    if tenure is not None:
        return StoredModel(candidate=tenure.champion, model=tenure.model)
    found = find_contest(work.ledger, work.case.incumbent)
    if found is None:
        work.candidate(work.case.incumbent)
        raise LedgerError(
            f"no contest has fitted {work.case.incumbent}",
            where=str(work.ledger.path),
            mend="run `starcase contest` first",
        )
    return StoredModel(candidate=work.case.incumbent, model=found[2].model)


def _find_contest_fit(work: Workspace, meant: StoredModel) -> str:
    """Return the contest's fit on which a refit is based, or the model itself."""
    found = find_measured_fit(work.ledger, *meant.named)
    return meant.model if found is None else found[0]


def _find_same_fold_fit(work: Workspace, meant: StoredModel, fold: Fold) -> StoredModel | None:
    """Return a contest's fit of the same candidate, code and parameters for a fold with the same bounds."""
    reader = work.artefacts.load_reader(meant.model)
    for _, contest in reversed(work.ledger.of(ContestRecord)):
        last = contest.folds[-1]
        if (last.train_end, last.test_start, last.test_end) == (fold.train_end, fold.test_start, fold.test_end):
            found = next((s for s in contest.standings if s.candidate == meant.candidate), None)
            if found is not None and found.model in work.artefacts and _is_alike(work, reader, found.model):
                return StoredModel(candidate=meant.candidate, model=found.model)
    return None


def _is_alike(work: Workspace, reader: Reader | None, model: str) -> bool:
    """Return whether a model has the same code and parameters; a model of version 0.1 records neither."""
    other = work.artefacts.load_reader(model)
    return reader is other is None or (reader is not None and other is not None and reader.is_worded_as(other))
