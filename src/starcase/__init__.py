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
    from starcase.errors import StarcaseError
    from starcase.evidence import DecisionLog, Figure, Ledger
    from starcase.workspace import Workspace

_HOMES = {
    "Answer": "starcase.case.request",
    "Candidate": "starcase.case.model",
    "Case": "starcase.case.spec",
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

__all__ = [
    "Answer",
    "Candidate",
    "Case",
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
    "read_case",
    "write_case",
]


def __getattr__(name: str) -> object:
    """Load a name's home when it is first asked for, so that ``import starcase`` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'starcase' has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
