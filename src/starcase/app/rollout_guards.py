"""New guards for a challenger of the case, and its scores on the span it was measured on."""

from __future__ import annotations

import numpy as np

from starcase.app.fit_history import find_measured_fit
from starcase.app.stored_models import load_model
from starcase.app.workspace import Workspace
from starcase.comparison.comparison_spec import ComparisonSpec, build_comparison_spec
from starcase.contract.request import FloatArray
from starcase.errors import NotIdentifiable
from starcase.stages.monitor import Guard, build_guards

FOR_GUARDS = 0.2


def create_rollout_guards(work: Workspace, candidate: str, model: str) -> tuple[Guard, ...]:
    """The guards the case names, with their part of the rollout's error rate; raises as ``build_guards``."""
    alpha = work.case.rollout.alpha * FOR_GUARDS
    return build_guards(work.case, work.system, reference=lambda: _compute_scores(work, candidate, model), alpha=alpha)


def build_comparison_terms(work: Workspace) -> ComparisonSpec:
    """Build the terms of the comparison by outcomes, with the share of the rollout's error rate that guards leave."""
    return build_comparison_spec(work.case, work.system).scale_alpha(1 - FOR_GUARDS)


def _compute_scores(work: Workspace, candidate: str, model: str) -> FloatArray:
    found = find_measured_fit(work.ledger, candidate, model)
    if found is None:
        raise NotIdentifiable(
            f"no contest measured model {model[:12]} of {candidate}, so its scores have no reference",
            mend="hold a contest in which it takes part, or remove the guard 'score shift' from case.toml",
        )
    measured, fold = found
    answers = load_model(work, candidate, measured, anyway=True).decide(work.dataset.requests(fold))
    return np.array([answer.score for answer in answers], dtype=np.float64)
