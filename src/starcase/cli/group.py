"""The click group of all commands; it imports the file of a command only when that command is called."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import cast

import click

from starcase.cli.verbs import VERBS, Verb

_BY_NAME = {verb.name: verb for verb in VERBS}


class LazyGroup(click.Group):
    """A click group that lists commands from a table and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names in the order in which a case uses them."""
        del ctx
        return list(_BY_NAME)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command with this name."""
        del ctx
        verb = _BY_NAME.get(cmd_name)
        return None if verb is None else load_command(verb)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was typed; for a misspelt name, fail and suggest the nearest."""
        if args and args[0] not in _BY_NAME and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], _BY_NAME, n=1)
            ctx.fail(f"There is no command '{args[0]}'." + (f" Did you mean '{near[0]}'?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings."""
        del ctx
        for part in dict.fromkeys(verb.part for verb in VERBS):
            with formatter.section(part):
                formatter.write_dl(_list_verb_lines(verb for verb in VERBS if verb.part == part))


def load_command(verb: Verb) -> click.Command:
    """Import and return the click command of a verb."""
    return cast("click.Command", importlib.import_module(verb.module).command)


def _list_verb_lines(verbs: Iterable[Verb]) -> list[tuple[str, str]]:
    width = max(len(name) for name in _BY_NAME)
    return [(verb.name.ljust(width), verb.line) for verb in verbs]
