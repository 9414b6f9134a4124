"""The verbs of the command line as functions; ``from starcase import check, contest, gate`` gives the same ones.

A case is the path of its folder or of its case.toml, as a string or a ``Path``, or an open ``Workspace``. A moment is a
number of microseconds UTC or text as the command line takes it: ``"+12h"`` from the first row, or ISO 8601.
"""

from __future__ import annotations

from starcase.app.verbs.begin import analysis, check, new
from starcase.app.verbs.compare import choose, contest
from starcase.app.verbs.look import doctor, log, plugins, schema, who_served
from starcase.app.verbs.ship import (
    experiment,
    gate,
    monitor,
    replay,
    retrain,
    review,
    rollout,
    serve,
    shadow,
    waive,
)
from starcase.app.verbs.tell import ask, note, practice, review_answer, story

__all__ = [
    "analysis",
    "ask",
    "check",
    "choose",
    "contest",
    "doctor",
    "experiment",
    "gate",
    "log",
    "monitor",
    "new",
    "note",
    "plugins",
    "practice",
    "replay",
    "retrain",
    "review",
    "review_answer",
    "rollout",
    "schema",
    "serve",
    "shadow",
    "story",
    "waive",
    "who_served",
]
