"""``starcase check``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.case_changes import describe_changes
from starcase.cli.open_case import open_case
from starcase.cli.options import case_option, json_option, who_option
from starcase.cli.terminal import print_json, print_table, say, show_activity

if TYPE_CHECKING:
    from starcase.evidence import Figure
    from starcase.evidence.records import CheckRecord

FEW, LONG = 12, 72


@click.command(
    epilog="""\b
Examples
  starcase check --case mycase
  starcase check --case mycase --json
"""
)
@case_option
@who_option
@json_option
def command(case_folder: Path, who: str, as_json: bool) -> int:
    """Read and fingerprint the data of a case, and report problems.

    The findings are recorded in the ledger; a repeated check of unchanged data adds no record. Exit code 1 if a finding
    is an error.
    """
    from starcase.app.commands.check import check
    from starcase.cli.record_times import count_records, report_unchanged

    with open_case(case_folder, who=who) as work, show_activity(f"reading {work.case.data.path}"):
        before = count_records(work)
        entry, record = check(work)
        changed = describe_changes(work, entry)
        taking_part = [candidate.name for candidate in work.candidates]
    if as_json:
        print_json(entry)
    else:
        _print(entry.id, record)
        alone = "; built-in candidates that case.toml does not name are excluded" if work.case.candidates else ""
        say(f"candidates: {', '.join(taking_part)}{alone}")
        for line in changed:
            say(line)
        report_unchanged(entry, before)
    return 1 if any(finding.severity == "error" for finding in record.findings) else 0


def _print(name: str, record: CheckRecord) -> None:
    from starcase.cli.figure import format_figure

    prints = record.fingerprint
    title = f"{prints.path}: {prints.rows:,} rows, {len(prints.columns)} columns, fingerprint {prints.sha256[:12]}"
    if len(prints.columns) > FEW:
        say(f"{title}; --json shows the columns")
    else:
        rows = [(c.name, c.dtype, str(c.nulls), c.sha256[:12]) for c in prints.columns]
        print_table(title, ("column", "type", "nulls", "fingerprint"), rows)
    print_table("", ("figure", "value"), [(f.name, format_figure(_convert_to_days(f))) for f in record.figures])
    if record.findings:
        print_table("", ("", "where", "what", "mend"), [(f.severity, f.where, f.what, f.mend) for f in record.findings])
    else:
        click.echo("no problems found")
    click.echo(f"recorded as {name}")


def _convert_to_days(figure: Figure) -> Figure:
    """Convert a figure of more than three days from hours to days.

    >>> from starcase.evidence import Figure
    >>> [_convert_to_days(Figure(name="span", value=hours, unit="hours")).value for hours in (36.0, 1440.0)]
    [36.0, 60.0]
    """
    if figure.unit != "hours" or figure.value <= LONG:
        return figure
    return replace(figure, value=figure.value / 24, unit="days")
