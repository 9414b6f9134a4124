"""``starcase replay``."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.case_changes import describe_changes
from starcase.cli.open_case import open_case
from starcase.cli.options import case_option, json_option, who_option
from starcase.cli.settings_lines import ROLLOUT, describe_settings
from starcase.cli.terminal import create_console, print_json, print_table, say, show_event_progress

if TYPE_CHECKING:
    from starcase.app import Stretch, Workspace
    from starcase.evidence import Entry
    from starcase.evidence.records import ReplayRecord, StepRecord


@click.command(
    epilog="""\b
Examples
  starcase replay --case mycase --since +20d --until +30d
  starcase replay --case mycase --challenger lightgbm --until +60d
  starcase replay --case mycase --challenger lightgbm --share 0.5 --why "the season starts" --until +45d
  starcase replay --case mycase --resume
  starcase replay --case mycase --challenger lightgbm --through http://127.0.0.1:8080
"""
)
@case_option
@who_option
@json_option
@click.option(
    "--since", default="", metavar="MOMENT", help="The start; by default, the end of the last replay or contest."
)
@click.option(
    "--until", default="", metavar="MOMENT", help="The end: +12h or ISO 8601; the end of the data by default."
)
@click.option("--challenger", default="", metavar="NAME", help="The candidate to try out; it starts in shadow.")
@click.option("--model", default="", metavar="HASH", help="Its fitted model; the latest by default.")
@click.option("--share", default=0.0, metavar="SHARE", help="Expose it to this share at once; needs clearance.")
@click.option("--why", default="", metavar="TEXT", help="The reason, recorded in the ledger.")
@click.option("--resume", is_flag=True, help="Finish the replay that was interrupted.")
@click.option(
    "--through", default="", metavar="URL", help="Send requests to a gateway: `starcase serve --no-steer` on this case."
)
@click.option(
    "--token",
    envvar="STARCASE_TOKEN",
    default="",
    show_default="$STARCASE_TOKEN",
    help="The token that the gateway requires.",
)
def command(
    case_folder: Path, who: str, as_json: bool, since: str, until: str, challenger: str, model: str, share: float,
    why: str, resume: bool, through: str, token: str,
) -> None:  # fmt: skip
    """Serve the history of a case as live traffic.

    Requests arrive in event time, and outcomes after their delay. The champion answers; a challenger starts in shadow,
    and guards and outcomes decide whether the rollout moves it to canary, promotes it or rolls it back. A repeated
    replay of the same span returns the existing record; an interrupted one continues to the same end.
    """
    from starcase.app import Stretch, replay
    from starcase.app.commands.gateway_replay import connect_gateway
    from starcase.app.commands.replay import find_interrupted
    from starcase.app.moment_parsing import parse_case_moment
    from starcase.cli.record_times import count_records, report_unchanged

    with open_case(case_folder, who=who) as work:
        if resume:
            stretch = find_interrupted(work)
        else:
            bounds = [parse_case_moment(work, text) if text else None for text in (since, until)]
            stretch = Stretch(
                since=bounds[0], until=bounds[1], challenger=challenger, model=model, share=share, why=why
            )  # fmt: skip
        before = count_records(work)
        with ExitStack() as stack:
            gateway = stack.enter_context(connect_gateway(work, through, token)) if through else None
            progress = stack.enter_context(show_event_progress("replaying", *_find_bounds(work, stretch)))
            entry, record = replay(work, stretch, through=gateway, progress=progress)
        steps = list_steps(work, record)
        if as_json:
            print_json({"replay": record, "steps": [step.record for step in steps]})
        else:
            _print(entry, record, steps)
            for line in [*describe_settings(record.settings, ROLLOUT), *describe_changes(work, entry)]:
                say(line)
            report_unchanged(entry, before)


def _find_bounds(work: Workspace, stretch: Stretch) -> tuple[int, int]:
    first, end = work.dataset.span()
    return stretch.since or first, stretch.until or end


def list_steps(work: Workspace, record: ReplayRecord) -> list[Entry]:
    """Return the steps of the rollout during a replay."""
    from starcase.evidence.records import StepRecord

    return [entry for entry, _ in work.ledger.of(StepRecord) if record.since <= entry.at <= record.until]


def _print(entry: Entry, record: ReplayRecord, steps: list[Entry]) -> None:
    from starcase.cli.figure import format_figure
    from starcase.tables.moment import format_moment

    print_table(
        f"{record.replay}: {format_moment(record.since)} to {format_moment(record.until)}",
        ("when", "step", "who", "share", "by", "why"),
        [(format_moment(step.at)[:19], *_format_step(step.record)) for step in steps],  # type: ignore[arg-type]
    )
    if record.figures:
        print_table(
            "champion and challenger on every request of the replay", ("figure", "value"),
            [(figure.name, format_figure(figure)) for figure in record.figures],
        )  # fmt: skip
    for missing in record.undefined:
        say(f"{missing.figure} has no value: {missing.why}")
    if record.ended:
        say(f"{record.replay} ended early: {record.ended}")
    if record.held:
        say(f"the challenger is still {record.held}")
    create_console().print(f"{record.decisions:,} decisions, {record.outcomes:,} outcomes; recorded as {entry.id}")


def _format_step(step: StepRecord) -> tuple[str, str, str, str, str]:
    from starcase.cli.record_lines import describe_exposure

    by = "rollout" if step.automatic else "a person"
    return step.step, step.challenger or step.champion, describe_exposure(step), by, step.reason
