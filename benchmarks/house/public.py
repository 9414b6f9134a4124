"""For each verb of the command line, whether ``from starcase import VERB`` is callable; runs in its own interpreter.

A hyphen is typed as an underscore. Where a package bears a verb's name it is loaded first: it takes the verb's place in
``starcase`` as soon as anything imports it, and a name that is a function on some days only is none.
"""

from __future__ import annotations

import contextlib
import importlib
import json

import click

from starcase.cli.main import group


def callables() -> dict[str, bool]:
    """Each verb, and whether a program finds a callable under its name."""
    verbs = [verb.replace("-", "_") for verb in group.list_commands(click.Context(group))]
    for verb in verbs:
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(f"starcase.{verb}")
    return {verb: callable(getattr(importlib.import_module("starcase"), verb, None)) for verb in verbs}


if __name__ == "__main__":
    print(json.dumps(callables()))
