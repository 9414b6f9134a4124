"""Fit a candidate outside a contest with the parameters that a contest selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from starcase.app.candidate_identity import Entrant, find_reader, list_entrants
from starcase.app.stored_models import restore_candidate
from starcase.app.workspace import Workspace
from starcase.contract.model import Candidate, Tunable
from starcase.contract.system import Fold
from starcase.evidence.records import ContestRecord, Standing
from starcase.stages.contest.error_attribution import attribute_errors
from starcase.stages.contest.evaluation import FittedCandidate
from starcase.stages.contest.resource_usage import measure_usage


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestCandidate:
    """A candidate with its reader and with the parameters of a contest.

    ``as_settled`` is False where its code or the case was changed since so that it does not offer them any more; it
    then keeps its own.
    """

    entrant: Entrant
    candidate: Candidate[Any]
    as_settled: bool


def find_entrant(work: Workspace, name: str) -> Entrant:
    """Return a candidate with its current code; raises CaseFileError for an unknown name."""
    found = next((one for one in list_entrants(work) if one.candidate.name == name), None)
    return found or Entrant(work.candidate(name), find_reader(work, name))


def restore_entrant(work: Workspace, candidate: str, model: str) -> Entrant:
    """Return a candidate with the code and parameters of one of its models; current ones for a model of 0.1."""
    reader = work.artefacts.load_reader(model)
    if reader is None:
        return find_entrant(work, candidate)
    return Entrant(
        restore_candidate(work, candidate, model, anyway=True), reader.use_dependencies_of(find_reader(work, candidate))
    )


def restore_parameters(
    work: Workspace, contest: ContestRecord, standing: Standing, *, entrant: Entrant | None = None
) -> ContestCandidate:
    """Return the candidate with the parameters it had in a contest: one of the sets it proposes, created again.

    Args:
        work: the opened case.
        contest: the contest.
        standing: the candidate's standing in it.
        entrant: the candidate; as its code is now by default.
    """
    entrant = entrant or find_entrant(work, standing.candidate)
    candidate, trials = entrant.candidate, contest.trials_each
    sets: Sequence[Candidate[Any]] = [candidate]
    if isinstance(candidate, Tunable) and trials > 1:
        sets = list(candidate.proposals(trials, rng=np.random.default_rng(work.case.seed)))[:trials]
    wanted = dict(standing.parameters)
    found = next((one for one in sets if _format_parameters(one.parameters) == wanted), None)
    return ContestCandidate(entrant=entrant, candidate=found or candidate, as_settled=found is not None)


def fit_on(work: Workspace, settled: ContestCandidate, fold: Fold) -> FittedCandidate:
    """Fit on the data known at ``fold.train_end``, store the model, and measure the costs of the fit.

    Raises:
        PluginError: a candidate of the user's own raised.
    """
    name, candidate = settled.entrant.candidate.name, settled.candidate
    with attribute_errors(work.case, name, f"while it is fitted on {fold.name}"):
        train = work.dataset.train(fold)
        fit = measure_usage(lambda: candidate.fit(train, rng=np.random.default_rng(work.case.seed)))
        files = dict(candidate.save(fit.result))
        model = candidate.load(files)
    return FittedCandidate(
        candidate=candidate,
        model=model,
        files=files,
        hash=work.artefacts.save(files, settled.entrant.reader),
        trials=1,
        fit_seconds=fit.seconds,
        fit_memory_mb=fit.memory_mb,
    )


def _format_parameters(parameters: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in parameters.items()}
