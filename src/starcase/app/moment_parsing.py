"""Parse written moments, relative to the first moment of the case's data."""

from __future__ import annotations

from starcase.app.workspace import Workspace
from starcase.tables.moment import parse_moment


def parse_case_moment(work: Workspace, text: str) -> int:
    """Return the moment that ``text`` names, microseconds UTC; ``"+12h"`` counts from the data's first moment."""
    return parse_moment(text, start=work.dataset.span()[0])
