"""``starcase review``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.options import case_option, json_option, who_option
from starcase.cli.terminal import print_json, print_table, show_activity

if TYPE_CHECKING:
    from starcase.evidence import Entry
    from starcase.evidence.records import LessonRecord, ReviewRecord

REVIEW = "review"


@click.command(
    epilog="""\b
Examples
  starcase review --case cases/card-fraud
  starcase review --lesson "Alerts come before scores" --gate interventions --set allowed=0.004 --who priya
  starcase review --lesson "The deadline was ours" --no-gate --why "no condition on a model" --who jonas
"""
)
@click.option("--rollout", default="", metavar="ID", help="The rollout; the latest rolled-back one by default.")
@click.option("--lesson", "learnt", default="", metavar="TEXT", help="What was learned.")
@click.option("--gate", default="", metavar="NAME", help="The gate that the lesson puts in force.")
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="A threshold of the gate; may be given again."
)
@click.option("--no-gate", is_flag=True, help="The lesson becomes no gate; give the reason with --why.")
@click.option("--why", default="", metavar="TEXT", help="Why the lesson becomes no gate.")
@case_option
@who_option
@json_option
def command(
    rollout: str, learnt: str, gate: str, settings: tuple[str, ...], no_gate: bool, why: str, case_folder: Path,
    who: str, as_json: bool,
) -> None:  # fmt: skip
    """Report what happened in a rolled-back rollout, why, and what it cost; turn lessons into gates.

    The review is computed from records: the gates in force now are run on the challenger, and the champion answers the
    requests that the challenger served. With --lesson, an existing review is not printed again. Exit code 5 if nothing
    was rolled back, or if a lesson has neither a gate nor a reason.
    """
    from starcase.app.commands.review import lesson, list_lessons, review
    from starcase.cli.open_case import open_recorded_case
    from starcase.cli.record_times import count_records, report_unchanged

    thresholds = _parse_thresholds(settings)
    if not learnt and (gate or no_gate or why or settings):
        raise click.UsageError("--gate, --set, --no-gate and --why need a --lesson")
    if learnt and no_gate == bool(gate):
        raise click.UsageError(
            "a lesson needs either a gate (--gate NAME) or the reason for none (--no-gate --why TEXT)"
        )
    with open_recorded_case(case_folder, who=who) as work:
        told = {past.id for past in work.ledger.entries(REVIEW)}
        with show_activity("reading what happened"):
            before = count_records(work)
            entry, record = review(work, rollout)
        if learnt:
            lesson(work, learnt, who=work.actor, rollout=record.rollout, gate=gate, parameters=thresholds, reason=why)
        known = list_lessons(work, entry)
    if as_json:
        print_json({"review": record, "evidence": entry.id, "lessons": [one for _, one in known]})
    else:
        if not learnt or entry.id not in told:
            _print(entry, record)
        report_unchanged(entry, before)
        _print_lessons(known)


def _parse_thresholds(settings: Sequence[str]) -> dict[str, float]:
    found = {}
    for setting in settings:
        key, _, value = setting.partition("=")
        try:
            found[key.strip()] = float(value)
        except ValueError as error:
            raise click.BadParameter(f"{setting!r} is not KEY=NUMBER", param_hint="--set") from error
    return found


def _print(entry: Entry, record: ReviewRecord) -> None:
    from starcase.cli.figure import format_figure
    from starcase.tables.moment import format_moment

    click.echo(f"{entry.id}: {record.rollout}, {record.candidate}\n{record.summary}\n")
    print_table(
        "What happened",
        ("when", "record", "what"),
        [
            (format_moment(moment.at), moment.evidence, what)
            for moment, what in zip(record.timeline, _shorten_reasons([m.what for m in record.timeline]), strict=True)
        ],
    )
    click.echo("Why")
    for cause, what in zip(record.causes, _shorten_reasons([c.what for c in record.causes]), strict=True):
        click.echo(f"  {what}" + (f" ({', '.join(cause.evidence)})" if cause.evidence else ""))
        for figure in cause.figures:
            click.echo(f"    {figure.name}: {format_figure(figure)}")
    click.echo("\nWhat it cost, compared with the champion's answers")
    for figure in record.harm:
        click.echo(f"  {figure.name}: {format_figure(figure)}")
    click.echo()
    headline = f"{record.harm[0].name}: {format_figure(record.harm[0])}" if record.harm else "nothing"
    click.echo(f"What would have stopped it; one such gate would have avoided the whole cost ({headline})")
    print_table(
        "",
        ("gate, run afterwards", "would have stopped it", "was waived"),
        [
            (one.gate, "yes" if one.stopped else "no", "yes" if one.waived else "no" if one.stopped else "")
            for one in record.preventions
        ],
    )


def _shorten_reasons(said: Sequence[str]) -> list[str]:
    """Return the lines in order; a reason after the colon that repeats on the next line is given once.

    >>> _shorten_reasons(["a was waived: no time", "b was waived: no time", "c was waived: asked to"])
    ['a was waived: no time', 'b was waived, for the same reason', 'c was waived: asked to']
    """
    reasons = [line.partition(": ")[2] for line in said]
    return [
        f"{line.partition(': ')[0]}, for the same reason" if reason and reason == before else line
        for line, reason, before in zip(said, reasons, ["", *reasons], strict=False)
    ]


def _print_lessons(known: Sequence[tuple[Entry, LessonRecord]]) -> None:
    for learnt, one in known:
        thresholds = "".join(f" {key}={value:g}" for key, value in one.parameters)
        became = f"gate {one.gate}{thresholds}" if one.gate else f"no gate: {one.reason}"
        click.echo(f"{learnt.id}: {one.lesson} -> {became}")
    if not known:
        click.echo('no lesson yet: starcase review --lesson "..." --gate NAME --set KEY=VALUE')
