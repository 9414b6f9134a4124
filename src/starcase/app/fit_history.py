"""Find the fits of contests: their models, folds and costs."""

from __future__ import annotations

from collections.abc import Mapping

from starcase.app.workspace import Workspace
from starcase.contract.system import Fold
from starcase.errors import ArtefactError, LedgerError
from starcase.evidence import Entry, Figure, Ledger
from starcase.evidence.records import ContestRecord, CostRecord, FoldSpan, RefitRecord, Standing


def find_contest(ledger: Ledger, candidate: str, model: str = "") -> tuple[Entry, ContestRecord, Standing] | None:
    """Return the latest contest of a candidate, with its standing; with ``model``, the contest of that fit."""

    def find_standing(record: ContestRecord) -> Standing | None:
        return next((s for s in record.standings if s.candidate == candidate and model in {"", s.model}), None)

    found = ledger.last(ContestRecord, lambda record: find_standing(record) is not None)
    standing = None if found is None else find_standing(found[1])
    return None if found is None or standing is None else (*found, standing)


def find_measured_fit(ledger: Ledger, candidate: str, model: str) -> tuple[str, Fold] | None:
    """Return the fit that answered unseen rows, and the fold: the model itself, or the measured fit of a refit.

    None where no contest fitted it, nor anything after one.
    """
    fit = ledger.last(RefitRecord, lambda one: (one.candidate, one.model) == (candidate, model))
    if fit is not None:
        return fit[1].measured, build_fold(fit[1].fold, known_by=fit[1].known_by)
    found = find_contest(ledger, candidate, model)
    return None if found is None else (found[2].model, build_contest_fold(found[0], found[1]))


def find_training_end(ledger: Ledger, candidate: str, model: str) -> int | None:
    """Return the end of a model's training, microseconds UTC; None if it is not recorded."""
    fit = ledger.last(RefitRecord, lambda one: (one.candidate, one.model) == (candidate, model))
    if fit is not None:
        return fit[1].until
    found = find_contest(ledger, candidate, model)
    return None if found is None else found[1].folds[-1].train_end


def build_contest_fold(entry: Entry, record: ContestRecord) -> Fold:
    """Build the last fold of a contest: its models were trained before it and answered it."""
    return build_fold(record.folds[-1], known_by=entry.at)


def build_fold(span: FoldSpan, *, known_by: int) -> Fold:
    """Build a fold from a record; outcomes that had arrived by ``known_by``, microseconds UTC, count."""
    return Fold(
        name=span.name,
        train_end=span.train_end,
        test_start=span.test_start,
        test_end=span.test_end,
        known_by=known_by,
    )


def find_costs(ledger: Ledger, contest: str, candidate: str) -> Mapping[str, Figure]:
    """Return the costs of a candidate in a contest, by the name of the figure; empty if not measured."""
    found = ledger.last(CostRecord, lambda record: record.contest == contest)
    costs = () if found is None else found[1].costs
    return {figure.name: figure for cost in costs if cost.candidate == candidate for figure in cost.figures}


def resolve_model(work: Workspace, digits: str) -> str:
    """Return the one model whose hash begins with ``digits``, empty for no digits; raises ArtefactError otherwise."""
    found = [model for model in work.artefacts.models() if model.startswith(digits)] if digits else [""]
    if len(found) != 1:
        raise ArtefactError(
            f"{len(found)} stored models have a hash that begins with {digits!r}",
            where=str(work.artefacts.root),
            mend="give more digits" if found else "use the digits that `starcase contest --json` shows",
        )
    return found[0]


def find_reached_time(work: Workspace) -> int:
    """Return the event time the case has reached, microseconds UTC: that of its latest record.

    Raises:
        LedgerError: nothing has been recorded yet.
    """
    at = max((entry.at for entry in work.ledger.entries()), default=None)
    if at is None:
        raise LedgerError(
            "nothing has been recorded yet", where=str(work.ledger.path), mend="run `starcase contest` first"
        )
    return at
