"""A case folder opened, and what can be done with it; the command line and notebooks call the same functions."""

from __future__ import annotations

from starcase.app.commands.contest import contest
from starcase.app.commands.gate import Gated, gate
from starcase.app.commands.replay import Stretch, replay
from starcase.app.commands.retrain import retrain
from starcase.app.commands.waive import waive
from starcase.app.stored_models import Kept
from starcase.app.workspace import Workspace

__all__ = ["Gated", "Kept", "Stretch", "Workspace", "contest", "gate", "replay", "retrain", "waive"]
