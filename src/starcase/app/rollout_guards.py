"""Fresh guards for a challenger of the case, and its scores on the span it was measured on."""

from __future__ import annotations

import numpy as np

from starcase.app.fit_history import measured_fit
from starcase.app.stored_models import loaded
from starcase.app.workspace import Workspace
from starcase.comparison.comparison_spec import Terms, terms_of
from starcase.contract.request import FloatArray
from starcase.errors import NotIdentifiable
from starcase.stages.monitor import Guard, guards_for

FOR_GUARDS = 0.2


def guards(work: Workspace, candidate: str, model: str) -> tuple[Guard, ...]:
    """The guards the case names, with their part of the rollout's error rate; raises as ``guards_for``."""
    alpha = work.case.rollout.alpha * FOR_GUARDS
    return guards_for(work.case, work.system, reference=lambda: _scores(work, candidate, model), alpha=alpha)


def terms_beside_guards(work: Workspace) -> Terms:
    """The terms of the comparison by outcomes, with what the guards leave of the rollout's error rate."""
    return terms_of(work.case, work.system).spending(1 - FOR_GUARDS)


def _scores(work: Workspace, candidate: str, model: str) -> FloatArray:
    found = measured_fit(work.ledger, candidate, model)
    if found is None:
        raise NotIdentifiable(
            f"no contest measured model {model[:12]} of {candidate}: its scores have nothing to be held against",
            mend="hold a contest in which it takes part, or take the guard 'score shift' out of the case",
        )
    measured, fold = found
    answers = loaded(work, candidate, measured, anyway=True).decide(work.dataset.requests(fold))
    return np.array([answer.score for answer in answers], dtype=np.float64)
