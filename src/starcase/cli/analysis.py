"""``starcase analysis``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.open_case import open_case
from starcase.cli.options import case_option, json_option, who_option
from starcase.cli.terminal import print_json, print_table, say, show_activity

if TYPE_CHECKING:
    from starcase.evidence.records import AnalysisRecord


@click.command(
    epilog="""\b
Examples
  starcase analysis --case mycase
  starcase analysis impressions --case mycase
  starcase analysis decisions --json
"""
)
@click.argument("log", default="")
@case_option
@who_option
@json_option
def command(log: str, case_folder: Path, who: str, as_json: bool) -> int:
    """Analyse the logs of a case: impressions and clicks, visits and purchases.

    [[logs]] in case.toml names the logs and their columns. Reports rates by position and policy, off-policy estimates
    next to the observed values, dwell time, segments, seasonality, leaking features, and the sample size of an
    experiment: each with its interval, or refused with the reason. "decisions" analyses the decision log of models that
    learn online. Exit code 1 if a finding is an error.
    """
    from starcase.app.commands.analysis import analysis

    with open_case(case_folder, who=who) as work, show_activity("reading logs"):
        found = analysis(work, log)
    if as_json:
        print_json([entry for entry, _ in found])
    else:
        for entry, record in found:
            _print(entry.id, record)
    return 1 if any(one.severity == "error" for _, record in found for one in record.findings) else 0


def _print(name: str, record: AnalysisRecord) -> None:
    from starcase.cli.figure import format_figure

    prints = record.fingerprint
    say(f"{record.log}: {prints.rows:,} rows of {prints.path}, fingerprint {prints.sha256[:12]}")
    for one in record.questions:
        title = f"{one.question}{': ' if one.part else ''}{one.part}"
        if one.figures:
            print_table(title, ("figure", "value"), [(f.name, format_figure(f)) for f in one.figures])
        if one.refused:
            say(f"{title}: refused: {one.refused}")
        elif one.said:
            say(f"  {one.said}")
    if record.findings:
        print_table("", ("", "where", "what", "mend"), [(f.severity, f.where, f.what, f.mend) for f in record.findings])
    say(f"recorded as {name}")
