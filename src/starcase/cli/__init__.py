"""The command line. Each command is one file, which is imported only when it is called."""

from __future__ import annotations

from starcase.cli.main import main

__all__ = ["main"]
