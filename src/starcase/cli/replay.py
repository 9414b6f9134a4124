"""``starcase replay``."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.case_changes import change_lines
from starcase.cli.open_case import opened
from starcase.cli.options import case_option, json_option, who_option
from starcase.cli.settings_lines import ROLLOUT, settings_lines
from starcase.cli.terminal import console, counting, print_json, print_table, say

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
@click.option("--since", default="", metavar="MOMENT", help="Where to begin; where the last replay or contest ended.")
@click.option(
    "--until", default="", metavar="MOMENT", help="Where to end: +12h or ISO 8601; the data's end by default."
)
@click.option("--challenger", default="", metavar="NAME", help="The candidate to try out; it begins in shadow.")
@click.option("--model", default="", metavar="HASH", help="Its model; the latest that was fitted by default.")
@click.option("--share", default=0.0, metavar="SHARE", help="Expose it to this share at once; needs clearance.")
@click.option("--why", default="", metavar="TEXT", help="The reason; the ledger keeps it.")
@click.option("--resume", is_flag=True, help="Finish the replay that was interrupted.")
@click.option("--through", default="", metavar="URL", help="Ask a gateway: `starcase serve --no-steer` on this case.")
@click.option(
    "--token", envvar="STARCASE_TOKEN", default="", show_default="$STARCASE_TOKEN", help="What the gateway asks for."
)
def command(
    case_folder: Path, who: str, as_json: bool, since: str, until: str, challenger: str, model: str, share: float,
    why: str, resume: bool, through: str, token: str,
) -> None:  # fmt: skip
    """Serve the case's history as live traffic.

    Requests come in event time and outcomes after their delay. The champion answers; a challenger begins in shadow, and
    the rollout takes it to canary, to promotion, or out, by what guards and outcomes say. Asked again for the same
    stretch, it gives what stands; interrupted, it goes on to the same end.
    """
    from starcase.app import Stretch, replay
    from starcase.app.commands.gateway_replay import gateway_at
    from starcase.app.commands.replay import interrupted
    from starcase.app.moment_parsing import moment_in
    from starcase.cli.record_times import records_before, say_if_stands

    with opened(case_folder, who=who) as work:
        if resume:
            stretch = interrupted(work)
        else:
            bounds = [moment_in(work, text) if text else None for text in (since, until)]
            stretch = Stretch(
                since=bounds[0], until=bounds[1], challenger=challenger, model=model, share=share, why=why
            )  # fmt: skip
        before = records_before(work)
        with ExitStack() as stack:
            gateway = stack.enter_context(gateway_at(work, through, token)) if through else None
            progress = stack.enter_context(counting("replaying", *_bounds(work, stretch)))
            entry, record = replay(work, stretch, through=gateway, progress=progress)
        steps = steps_between(work, record)
        if as_json:
            print_json({"replay": record, "steps": [step.record for step in steps]})
        else:
            _print(entry, record, steps)
            for line in [*settings_lines(record.settings, ROLLOUT), *change_lines(work, entry)]:
                say(line)
            say_if_stands(entry, before)


def _bounds(work: Workspace, stretch: Stretch) -> tuple[int, int]:
    first, end = work.dataset.span()
    return stretch.since or first, stretch.until or end


def steps_between(work: Workspace, record: ReplayRecord) -> list[Entry]:
    """The rollout's steps during a replay."""
    from starcase.evidence.records import StepRecord

    return [entry for entry, _ in work.ledger.of(StepRecord) if record.since <= entry.at <= record.until]


def _print(entry: Entry, record: ReplayRecord, steps: list[Entry]) -> None:
    from starcase.cli.figure import figure_text
    from starcase.tables.moment import moment_text

    print_table(
        f"{record.replay}: {moment_text(record.since)} to {moment_text(record.until)}",
        ("when", "step", "who", "share", "by", "why"),
        [(moment_text(step.at)[:19], *_step(step.record)) for step in steps],  # type: ignore[arg-type]
    )
    if record.figures:
        print_table(
            "champion and challenger on every request of it", ("figure", "value"),
            [(figure.name, figure_text(figure)) for figure in record.figures],
        )  # fmt: skip
    for missing in record.undefined:
        say(f"{missing.figure} has no value: {missing.why}")
    if record.ended:
        say(f"{record.replay} could not go on: {record.ended}")
    if record.held:
        say(f"the challenger is still {record.held}")
    console().print(f"{record.decisions:,} decisions, {record.outcomes:,} outcomes; recorded as {entry.id}")


def _step(step: StepRecord) -> tuple[str, str, str, str, str]:
    from starcase.cli.record_lines import exposed

    by = "itself" if step.automatic else "a person"
    return step.step, step.challenger or step.champion, exposed(step), by, step.reason
