"""From several possible models to one proven in production, and the story to show for it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starcase.app import Workspace
    from starcase.app.commands.new_case import CaseDraft
    from starcase.app.verbs import (
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
    from starcase.casefile.toml import read_case, write_case
    from starcase.cli.demo import play as demo
    from starcase.compute.executor import Executor
    from starcase.compute.processes import Processes
    from starcase.contract.case_spec import Case
    from starcase.contract.model import Candidate, Metric, Model
    from starcase.contract.request import Answer, Request, RequestTable
    from starcase.contract.system import Dataset, Environment, Fold, Gate, GateEvidence, System
    from starcase.errors import StarcaseError
    from starcase.evidence import DecisionLog, Figure, Ledger
    from starcase.tables.clock import Clock

_HOMES = {
    "Answer": "starcase.contract.request",
    "Candidate": "starcase.contract.model",
    "Case": "starcase.contract.case_spec",
    "CaseDraft": "starcase.app.commands.new_case",
    "Clock": "starcase.tables.clock",
    "Dataset": "starcase.contract.system",
    "DecisionLog": "starcase.evidence",
    "Environment": "starcase.contract.system",
    "Executor": "starcase.compute.executor",
    "Figure": "starcase.evidence",
    "Fold": "starcase.contract.system",
    "Gate": "starcase.contract.system",
    "GateEvidence": "starcase.contract.system",
    "Ledger": "starcase.evidence",
    "Metric": "starcase.contract.model",
    "Model": "starcase.contract.model",
    "Processes": "starcase.compute.processes",
    "Request": "starcase.contract.request",
    "RequestTable": "starcase.contract.request",
    "StarcaseError": "starcase.errors",
    "System": "starcase.contract.system",
    "Workspace": "starcase.app",
    "read_case": "starcase.casefile.toml",
    "write_case": "starcase.casefile.toml",
}
_VERBS = "starcase.app.verbs"
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
