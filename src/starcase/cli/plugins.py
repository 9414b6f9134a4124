"""``starcase plugins``."""

from __future__ import annotations

from dataclasses import asdict

import click

from starcase.cli.options import json_option
from starcase.cli.terminal import print_json, print_table, show_activity


@click.command(
    epilog="""\b
Examples
  starcase plugins
  starcase plugins --json
"""
)
@click.option("--seconds", default=30.0, show_default=True, help="The longest a plug-in may take to load.")
@json_option
def command(seconds: float, as_json: bool) -> int:
    """List systems, metrics, gates, models and sinks, and whether they load.

    Each is loaded in a separate process, so a plug-in that fails, exits, prints or hangs does not affect the others.
    Exit code 1 if one does not load.
    """
    from starcase.app.queries.plugin_loading import load_plugins

    with show_activity("loading each plug-in in a separate process"):
        reports = load_plugins(seconds)
    if as_json:
        print_json([asdict(one.plugin) | {"error": one.error} for one in reports])
    else:
        print_table(
            "",
            ("group", "name", "distribution", "loads", "object"),
            [
                (p.group, p.name, f"{p.distribution} {p.version}", error or "yes", p.value)
                for p, error in ((one.plugin, one.error) for one in reports)
            ],
        )  # fmt: skip
    return 1 if any(one.error for one in reports) else 0
