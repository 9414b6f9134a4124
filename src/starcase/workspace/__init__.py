"""A case folder opened, and what can be done with it; the command line and notebooks call the same functions."""

from __future__ import annotations

from starcase.workspace.contest import contest
from starcase.workspace.gate import Gated, gate
from starcase.workspace.models import Kept
from starcase.workspace.replay import Stretch, replay
from starcase.workspace.retrain import retrain
from starcase.workspace.waive import waive
from starcase.workspace.workspace import Workspace

__all__ = ["Gated", "Kept", "Stretch", "Workspace", "contest", "gate", "replay", "retrain", "waive"]
