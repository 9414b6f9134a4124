"""The command line: one verb a file, loaded when it is called."""

from __future__ import annotations

from starcase.cli.main import main

__all__ = ["main"]
