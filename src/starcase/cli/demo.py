"""``starcase demo``."""

from __future__ import annotations

import os
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.terminal import create_console

if TYPE_CHECKING:
    from starcase.app.case_events import Event

FOLDER = Path("starcase-demo")
FINE, SAID_NO, FORBIDDEN = 0, 1, 5


@click.command(
    epilog="""\b
Examples
  starcase demo
  starcase demo card-fraud --to /tmp/card-fraud
  starcase demo card-fraud --fresh
  starcase demo --list
"""
)
@click.argument("case", default="card-fraud")
@click.option("--to", "folder", type=click.Path(path_type=Path), default=None, metavar="DIR",
              help=f"The folder for the case; {FOLDER}/CASE by default.")  # fmt: skip
@click.option("--fresh", is_flag=True, help="Delete the results of an earlier run in that folder, and start again.")
@click.option("--list", "only_list", is_flag=True, help="List the built-in cases.")
def command(case: str, folder: Path | None, fresh: bool, only_list: bool) -> int:
    """Run a built-in case from data to story.

    Every step is a command that you could type; it is printed before it runs. Steps that an earlier run has recorded
    are not repeated, so an interrupted demo continues.
    """
    from starcase.app.builtin_cases import list_builtin_cases

    if only_list:
        click.echo("\n".join(list_builtin_cases()))
        return FINE
    return play(case, folder or FOLDER / case, fresh=fresh)


def play(case: str, folder: Path, *, fresh: bool = False) -> int:
    """Copy a built-in case into ``folder`` and run its events; return the exit code of the first one that fails.

    Raises:
        CaseFileError: there is no such case, or ``folder`` holds something else.
    """
    from starcase.app.builtin_cases import unpack
    from starcase.app.case_events import count_played_events, mark_played, read_events
    from starcase.app.workspace import HIDDEN

    home = unpack(case, folder, fresh=fresh)
    started = time.monotonic()
    done = count_played_events(home / HIDDEN)
    for number, event in enumerate(read_events(home)):
        _print_event(event, stands=number < done)
        if number < done:
            continue
        code = _run_event(event, home)
        if code != FINE:
            return code
        mark_played(home / HIDDEN, event)
    create_console().print(
        f"\n[bold]{case}[/] ran in {time.monotonic() - started:.0f} s; its evidence is in {home}/.starcase"
    )
    create_console().print(f"next: starcase log --case {home}, starcase rollout status --case {home}")
    if (page := home / "story" / "star.html").exists():
        create_console().print(f"read its story: {page}")
    return FINE


def _print_event(event: Event, *, stands: bool) -> None:
    from rich.markup import escape

    out = create_console()
    if event.said:
        out.print(f"\n[italic]{escape(event.said)}[/]")
    after = " [dim](done in an earlier run)[/]" if stands else ""
    out.print(f"[bold cyan]$ starcase {escape(shlex.join(event.words))}[/]{after}", soft_wrap=True)


def _run_event(event: Event, home: Path) -> int:
    """Run one event on the case in ``home``; an expected refusal counts as success."""
    from starcase.cli.main import run

    previous = os.environ.get("STARCASE_CASE")
    os.environ["STARCASE_CASE"] = str(home)
    try:
        code = run(event.words)
    finally:
        if previous is None:
            del os.environ["STARCASE_CASE"]
        else:
            os.environ["STARCASE_CASE"] = previous
    if event.refused and code in {SAID_NO, FORBIDDEN}:
        return FINE
    if code == FINE and event.refused:
        click.echo(
            f"error: the command in line {event.line} of the events file should be refused, but succeeded", err=True
        )
        return SAID_NO
    return code
