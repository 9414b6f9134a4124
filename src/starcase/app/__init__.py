"""The operations on an open case folder; the command line and notebooks call the same functions."""

from __future__ import annotations

from starcase.app.commands.contest import contest
from starcase.app.commands.gate import GateReport, gate
from starcase.app.commands.replay import Stretch, replay
from starcase.app.commands.retrain import retrain
from starcase.app.commands.waive import waive
from starcase.app.stored_models import StoredModel
from starcase.app.workspace import Workspace

__all__ = ["GateReport", "StoredModel", "Stretch", "Workspace", "contest", "gate", "replay", "retrain", "waive"]
