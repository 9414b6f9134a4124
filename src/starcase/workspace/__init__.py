"""A case folder opened, and what can be done with it; the command line and notebooks call the same functions."""

from __future__ import annotations

from starcase.workspace.contest import contest
from starcase.workspace.replay import Stretch, replay
from starcase.workspace.workspace import Workspace

__all__ = ["Stretch", "Workspace", "contest", "replay"]
