"""Moments as people write them, counted from the first moment of the case's data."""

from __future__ import annotations

from starcase.case.moment import moment
from starcase.workspace.workspace import Workspace


def moment_in(work: Workspace, text: str) -> int:
    """The moment that ``text`` names, microseconds UTC; ``"+12h"`` counts from the data's first moment."""
    return moment(text, start=work.dataset.span()[0])
