"""``starcase monitor``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.case_changes import describe_changes
from starcase.cli.options import case_option, json_option
from starcase.cli.settings_lines import ROLLOUT, describe_settings
from starcase.cli.terminal import print_json, print_table, say, show_activity

if TYPE_CHECKING:
    from starcase.evidence import Entry
    from starcase.evidence.records import GuardReading, MonitorRecord


@click.command(
    epilog="""\b
Examples
  starcase monitor --case cases/card-fraud
  starcase monitor --rollout card-fraud-2 --json
"""
)
@click.option("--rollout", default="", metavar="ID", help="The rollout, running or past; the latest by default.")
@case_option
@json_option
def command(rollout: str, case_folder: Path, as_json: bool) -> int:
    """Check the guards of a rollout, drift and its effect on the objective, and the health of the decision log.

    Guards are recomputed from the decision log, so a look changes nothing. Drift is reported as its effect on the
    rollout's metric, with an interval. Exit code 1 if a guard has tripped.
    """
    from starcase.app.commands.monitor import monitor
    from starcase.cli.open_case import open_recorded_case
    from starcase.cli.record_times import count_records, report_unchanged

    with open_recorded_case(case_folder) as work, show_activity("reading the decision log"):
        before = count_records(work)
        entry, record = monitor(work, rollout)
        changed = describe_changes(work, entry)
    if as_json:
        print_json({"monitor": record, "evidence": entry.id})
    else:
        _print(entry, record)
        for line in [*describe_settings(record.settings, ROLLOUT), *changed]:
            say(line)
        report_unchanged(entry, before)
    return 1 if record.tripped else 0


def _print(entry: Entry, record: MonitorRecord) -> None:
    from starcase.cli.figure import format_figure
    from starcase.tables.moment import format_moment

    span = f"{format_moment(record.since)} to {format_moment(record.until)}"
    arm = record.readings[0].arm if record.readings else "champion"
    title = f"{entry.id}: {arm}, model {record.model[:12]}, {span}"
    if record.readings:
        heads = ("guard", "tripped", "observed", "allowed", "evidence", "of")
        print_table(title, heads, [_format_row(reading) for reading in record.readings])
    else:
        click.echo(f"{title}\nguards watch a challenger, and no challenger has answered in this rollout")
    for heading, figures in (("Drift since the model was measured", record.drift), ("Health", record.health)):
        if figures:
            click.echo(heading)
        for figure in figures:
            click.echo(f"  {figure.name}: {format_figure(figure)}")


def _format_row(reading: GuardReading) -> tuple[str, ...]:
    from starcase.cli.figure import format_figure

    return (
        reading.guard,
        "yes" if reading.tripped else "no",
        format_figure(reading.observed),
        format_figure(reading.allowed),
        f"{reading.evidence_against.value:.3g}",
        reading.why,
    )
