"""Check that the requests of the case carry the features that define a rollout's cohorts."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from starcase.app.workspace import Workspace
from starcase.casefile.toml import build_case_error
from starcase.contract.case_spec import StepSpec

LOOKED_AT = 200


def require_known_cohorts(work: Workspace) -> None:
    """Raise CaseFileError if a step names a feature that no request carries: such a step would reach no unit.

    Only a case that names cohorts is checked, on the first requests of its data.
    """
    named = {
        feature: place
        for place, step in reversed(list(enumerate(work.case.rollout.steps)))
        if isinstance(step, StepSpec)
        for feature in step.cohorts
    }
    if not named:
        return
    requests = work.system.environment(work.case, work.dataset).arrivals(*work.dataset.span())
    carried = {name for request in islice(requests, LOOKED_AT) for name in request.features}
    for feature, place in named.items():
        if feature not in carried:
            near = get_close_matches(feature, carried, n=1)
            raise build_case_error(
                Path(work.case.folder),
                ("rollout", "steps", place, "cohorts", feature),
                f"no request carries {feature!r}" + (f"; the nearest is {near[0]!r}" if near else ""),
                mend=f"name a feature that requests carry: {', '.join(sorted(carried)) or 'there is none'}",
            )
