"""Plug-ins: entry points of installed distributions in Starcase's groups, loaded on demand."""

from __future__ import annotations

import contextlib
import difflib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, distributions
from typing import cast

from starcase.contract.system import System
from starcase.errors import PluginError

SYSTEMS = "starcase.systems"
GROUPS = (SYSTEMS, "starcase.metrics", "starcase.gates", "starcase.models", "starcase.sinks")


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point: its name and its distribution.

    Args:
        group: the entry-point group.
        name: the name used in case.toml.
        value: ``"module:Object"``.
        distribution: the installed distribution that offers it.
        version: that distribution's version.
    """

    group: str
    name: str
    value: str
    distribution: str
    version: str


def list_plugins(group: str | None = None) -> tuple[Plugin, ...]:
    """Return every installed plug-in, of one group or of all, sorted; nothing is imported."""
    groups = GROUPS if group is None else (group,)
    return tuple(sorted(set(_find_entry_points(groups)), key=lambda p: (GROUPS.index(p.group), p.name, p.distribution)))


def load(plugin: Plugin) -> object:
    """Return the object of a plug-in; output of its import is suppressed.

    Raises:
        PluginError: its module cannot be imported or lacks the object.
    """
    try:
        with _silence_output():
            return cast("object", EntryPoint(plugin.name, plugin.value, plugin.group).load())
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise PluginError(
            f"the plug-in {plugin.name!r} cannot be loaded",
            where=f"{plugin.value} of {plugin.distribution} {plugin.version}",
            why=_describe_reason(error),
            mend=f"repair or uninstall the distribution {plugin.distribution}; `starcase plugins` shows which load",
        ) from error


def find(group: str, name: str) -> Plugin:
    """Return the plug-in of a group with this name.

    Raises:
        PluginError: there is none (the nearest name is given), or two distributions offer the name.
    """
    offered = list_plugins(group)
    matching = [plugin for plugin in offered if plugin.name == name]
    kind = group.rpartition(".")[2].removesuffix("s")
    if not matching:
        known = sorted({plugin.name for plugin in offered})
        near = difflib.get_close_matches(name, known, n=1)
        raise PluginError(
            f"there is no {kind} {name!r}" + (f"; the nearest known is {near[0]!r}" if near else ""),
            why=f"known: {', '.join(known) or 'none'}",
            mend="`starcase plugins` lists the installed plug-ins",
        )
    if len(matching) > 1:
        owners = " and ".join(f"{plugin.distribution} {plugin.version}" for plugin in matching)
        raise PluginError(f"two distributions offer the {kind} {name!r}", where=owners, mend="uninstall one of them")
    return matching[0]


def load_system(name: str) -> System:
    """Return the system that case.toml names.

    Raises:
        PluginError: it is unknown, cannot be loaded, or lacks a method of the protocol.
    """
    plugin = find(SYSTEMS, name)
    made = load(plugin)
    if isinstance(made, type):
        try:
            with _silence_output():
                made = made()
        except Exception as error:
            raise PluginError(
                f"the system {name!r} cannot be created", where=plugin.value, why=_describe_reason(error)
            ) from error
    missing = [member for member in list_system_members() if not hasattr(made, member)]
    if missing:
        raise PluginError(
            f"the system {name!r} lacks {', '.join(missing)}",
            where=plugin.value,
            mend="add them; `starcase.testing.check_system` checks each method",
        )
    return cast("System", made)


def list_system_members() -> tuple[str, ...]:
    """Return the names of the methods and properties of the ``System`` protocol."""
    return tuple(sorted(member for member in vars(System) if not member.startswith("_")))


def _find_entry_points(groups: tuple[str, ...]) -> Iterator[Plugin]:
    for distribution in distributions():
        for entry in distribution.entry_points:
            if entry.group in groups:
                yield Plugin(entry.group, entry.name, entry.value, distribution.name, distribution.version)


@contextlib.contextmanager
def _silence_output() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def _describe_reason(error: BaseException) -> str:
    first = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
