"""The entry point: runs a command, and turns an error into a message and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import click

from starcase.cli.group import LazyGroup
from starcase.compute.traceback_text import describe_exception
from starcase.errors import StarcaseError

INTERRUPTED = 130


def find_installed_version() -> str:
    """Return the installed version of Starcase, or ``"unknown"`` if it is not installed."""
    try:
        return version("starcase")
    except PackageNotFoundError:
        return "unknown"


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"starcase {find_installed_version()}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Exit codes
  0    success
  1    a negative verdict (no winner, a gate not passed), or an unexpected error
  2    wrong usage of the command line
  3    case.toml       4  data          5  forbidden by a gate or the rollout state
  6    the ledger      7  a model file  8  a plug-in         9  a claim without a record
  130  ended by Ctrl-C

\b
Examples
  starcase new mycase --system fraud --data payments.csv --target is_fraud --time paid_at
  starcase check --case mycase
  starcase log --case mycase --verify
""",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Print the version and exit.",
)
def group() -> None:
    """From several possible models to one proven in production, and the story to show for it."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line ``arguments`` and return the exit code; errors are printed, not raised."""
    try:
        code = group.main(list(arguments), prog_name="starcase", standalone_mode=False)
    except click.Abort:
        click.echo("ended by Ctrl-C; records already written are kept", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except StarcaseError as error:
        _print_error(error, as_json="--json" in arguments)
        return error.exit_code
    except Exception as error:  # the last stop before the shell
        if os.environ.get("STARCASE_TRACEBACK"):
            raise
        click.echo(
            f"error: {describe_exception(error)}\n"
            "  why:   this error is unexpected: it is a bug in Starcase or in a plug-in\n"
            "  mend:  run it again with STARCASE_TRACEBACK=1 and report what it prints",
            err=True,
        )
        return 1
    return code if isinstance(code, int) else 0


def main() -> None:
    """The ``starcase`` command."""
    sys.exit(run(sys.argv[1:]))


def _print_error(error: StarcaseError, *, as_json: bool) -> None:
    if as_json:
        import json

        words = {name: getattr(error, name) for name in ("what", "where", "why", "mend")}
        click.echo(json.dumps({"error": type(error).__name__, **words}, ensure_ascii=False), err=True)
    else:
        click.echo(f"error: {error}", err=True)
