"""Check that each plug-in loads, each in a separate process."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from starcase.extensions.registry import Plugin, list_plugins

PATIENCE_S = 30.0
_PROGRAM = """\
import sys
from starcase.extensions.registry import Plugin, load
from starcase.errors import PluginError
try:
    load(Plugin(*sys.argv[1:]))
except PluginError as error:
    sys.stdout.write("no:" + error.why)
else:
    sys.stdout.write("yes")
"""


@dataclass(frozen=True, slots=True)
class PluginReport:
    """A plug-in, and why it does not load; ``error`` is empty where it does."""

    plugin: Plugin
    error: str


def load_plugins(seconds: float = PATIENCE_S) -> tuple[PluginReport, ...]:
    """Load each installed plug-in in a separate process, two at a time.

    Args:
        seconds: how long one may take.
    """
    offered = list_plugins()
    with ThreadPoolExecutor(2) as pool:
        errors = list(pool.map(lambda plugin: _test_loading(plugin, seconds), offered))
    return tuple(PluginReport(plugin, error) for plugin, error in zip(offered, errors, strict=True))


def _test_loading(plugin: Plugin, seconds: float) -> str:
    """Return why the plug-in does not load; empty if it loads."""
    arguments = (plugin.group, plugin.name, plugin.value, plugin.distribution, plugin.version)
    paths = f"import sys; sys.path[:] = {sys.path!r}\n"
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own program
            [sys.executable, "-c", paths + _PROGRAM, *arguments],
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
