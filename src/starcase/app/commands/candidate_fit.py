"""Fit a candidate outside a contest, with the parameters that a contest settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from starcase.app.candidate_identity import Entrant, entrants, reader_of
from starcase.app.stored_models import reading_candidate
from starcase.app.workspace import Workspace
from starcase.contract.model import Candidate, Tunable
from starcase.contract.system import Fold
from starcase.evidence.records import ContestRecord, Standing
from starcase.stages.contest.error_attribution import blamed
from starcase.stages.contest.evaluation import Fitted
from starcase.stages.contest.resource_usage import taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A candidate with its reader and with the parameters of a contest.

    ``as_settled`` is False where its code or the case was changed since so that it does not offer them any more; it
    then keeps its own.
    """

    entrant: Entrant
    candidate: Candidate[Any]
    as_settled: bool


def entrant_of(work: Workspace, name: str) -> Entrant:
    """A candidate as its code is now; raises CaseFileError for an unknown name."""
    found = next((one for one in entrants(work) if one.candidate.name == name), None)
    return found or Entrant(work.candidate(name), reader_of(work, name))


def entrant_as_fitted(work: Workspace, candidate: str, model: str) -> Entrant:
    """A candidate by the code and the parameters that a model of it was fitted with; as it is now for one of 0.1."""
    reader = work.artefacts.reader(model)
    if reader is None:
        return entrant_of(work, candidate)
    return Entrant(reading_candidate(work, candidate, model, anyway=True), reader.beside(reader_of(work, candidate)))


def settle(work: Workspace, contest: ContestRecord, standing: Standing, *, entrant: Entrant | None = None) -> Settled:
    """The candidate with the parameters it had in a contest: one of the sets it proposes, made anew.

    Args:
        work: the opened case.
        contest: the contest.
        standing: how the candidate stood there.
        entrant: the candidate; as its code is now by default.
    """
    entrant = entrant or entrant_of(work, standing.candidate)
    candidate, trials = entrant.candidate, contest.trials_each
    sets: Sequence[Candidate[Any]] = [candidate]
    if isinstance(candidate, Tunable) and trials > 1:
        sets = list(candidate.proposals(trials, rng=np.random.default_rng(work.case.seed)))[:trials]
    wanted = dict(standing.parameters)
    found = next((one for one in sets if _written(one.parameters) == wanted), None)
    return Settled(entrant=entrant, candidate=found or candidate, as_settled=found is not None)


def fit_on(work: Workspace, settled: Settled, fold: Fold) -> Fitted:
    """Fit on what was known at ``fold.train_end``, keep the model, and measure what the fitting took.

    Raises:
        PluginError: a candidate of the user's own raised.
    """
    name, candidate = settled.entrant.candidate.name, settled.candidate
    with blamed(work.case, name, f"while it is fitted on {fold.name}"):
        train = work.dataset.train(fold)
        fit = taken(lambda: candidate.fit(train, rng=np.random.default_rng(work.case.seed)))
        files = dict(candidate.save(fit.result))
        model = candidate.load(files)
    return Fitted(
        candidate=candidate,
        model=model,
        files=files,
        hash=work.artefacts.save(files, settled.entrant.reader),
        trials=1,
        fit_seconds=fit.seconds,
        fit_memory_mb=fit.memory_mb,
    )


def _written(parameters: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in parameters.items()}
