"""``starcase plugins``."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from starcase.cli.options import json_option
from starcase.cli.show import doing, print_json, print_table

if TYPE_CHECKING:
    from starcase.case.registry import Plugin

_TRY = """\
import sys
from starcase.case.registry import Plugin, load
from starcase.errors import PluginError
try:
    load(Plugin(*sys.argv[1:]))
except PluginError as error:
    sys.stdout.write("no:" + error.why)
else:
    sys.stdout.write("yes")
"""


@click.command(
    epilog="""\b
Examples
  starcase plugins
  starcase plugins --json
"""
)
@click.option("--seconds", default=30.0, show_default=True, help="How long a plug-in may take to load.")
@json_option
def command(seconds: float, as_json: bool) -> int:
    """List systems, metrics, gates, models and sinks, and whether they load.

    Each is loaded in a process of its own, so that one that fails, ends the process, prints or hangs stops no other.
    Exit code 1 where one does not load.
    """
    from starcase.case.registry import plugins

    offered = plugins()
    with doing("loading each plug-in in a process of its own"), ThreadPoolExecutor(2) as pool:
        troubles = list(pool.map(lambda plugin: _trouble(plugin, seconds), offered))
    if as_json:
        print_json([asdict(plugin) | {"error": trouble} for plugin, trouble in zip(offered, troubles, strict=True)])
    else:
        print_table(
            "",
            ("group", "name", "distribution", "loads", "object"),
            [
                (p.group, p.name, f"{p.distribution} {p.version}", trouble or "yes", p.value)
                for p, trouble in zip(offered, troubles, strict=True)
            ],
        )
    return 1 if any(troubles) else 0


def _trouble(plugin: Plugin, seconds: float) -> str:
    """Why the plug-in does not load; empty where it does."""
    arguments = (plugin.group, plugin.name, plugin.value, plugin.distribution, plugin.version)
    paths = f"import sys; sys.path[:] = {sys.path!r}\n"
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own program
            [sys.executable, "-c", paths + _TRY, *arguments],
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return f"did not finish loading in {seconds:g} s"
    verdict = done.stdout.rpartition("\n")[2]
    if verdict == "yes":
        return ""
    return verdict.removeprefix("no:") if verdict.startswith("no:") else f"ended the process with {done.returncode}"
