"""From several possible models to one proven in production, and the story to show for it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starcase.case.clock import Clock
    from starcase.case.executor import Executor
    from starcase.case.model import Candidate, Metric, Model
    from starcase.case.processes import Processes
    from starcase.case.request import Answer, Request, RequestTable
    from starcase.case.spec import Case
    from starcase.case.system import Dataset, Environment, Fold, Gate, GateEvidence, System
    from starcase.case.toml import read_case, write_case
    from starcase.cli.demo import play as demo
    from starcase.errors import StarcaseError
    from starcase.evidence import DecisionLog, Figure, Ledger
    from starcase.workspace import Workspace
    from starcase.workspace.new_case import CaseDraft
    from starcase.workspace.verbs import (
        analysis,
        ask,
        check,
        choose,
        contest,
        doctor,
        experiment,
        gate,
        log,
        monitor,
        new,
        note,
        plugins,
        practice,
        replay,
        retrain,
        review,
        review_answer,
        rollout,
        schema,
        serve,
        shadow,
        story,
        waive,
        who_served,
    )

_HOMES = {
    "Answer": "starcase.case.request",
    "Candidate": "starcase.case.model",
    "Case": "starcase.case.spec",
    "CaseDraft": "starcase.workspace.new_case",
    "Clock": "starcase.case.clock",
    "Dataset": "starcase.case.system",
    "DecisionLog": "starcase.evidence",
    "Environment": "starcase.case.system",
    "Executor": "starcase.case.executor",
    "Figure": "starcase.evidence",
    "Fold": "starcase.case.system",
    "Gate": "starcase.case.system",
    "GateEvidence": "starcase.case.system",
    "Ledger": "starcase.evidence",
    "Metric": "starcase.case.model",
    "Model": "starcase.case.model",
    "Processes": "starcase.case.processes",
    "Request": "starcase.case.request",
    "RequestTable": "starcase.case.request",
    "StarcaseError": "starcase.errors",
    "System": "starcase.case.system",
    "Workspace": "starcase.workspace",
    "read_case": "starcase.case.toml",
    "write_case": "starcase.case.toml",
}
_VERBS = "starcase.workspace.verbs"
_RENAMED = {"demo": ("starcase.cli.demo", "play")}

__all__ = [
    "Answer",
    "Candidate",
    "Case",
    "CaseDraft",
    "Clock",
    "Dataset",
    "DecisionLog",
    "Environment",
    "Executor",
    "Figure",
    "Fold",
    "Gate",
    "GateEvidence",
    "Ledger",
    "Metric",
    "Model",
    "Processes",
    "Request",
    "RequestTable",
    "StarcaseError",
    "System",
    "Workspace",
    "analysis",
    "ask",
    "check",
    "choose",
    "contest",
    "demo",
    "doctor",
    "experiment",
    "gate",
    "log",
    "monitor",
    "new",
    "note",
    "plugins",
    "practice",
    "read_case",
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
    "write_case",
]


def __getattr__(name: str) -> object:
    """Load a name's home when it is first asked for, so that ``import starcase`` costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'starcase' has no attribute {name!r}")
    home, original = _RENAMED.get(name, (_HOMES.get(name, _VERBS), name))
    value: object = getattr(import_module(home), original)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
