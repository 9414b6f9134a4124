"""``starcase gate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.case_changes import describe_changes
from starcase.cli.options import case_option, json_option, who_option
from starcase.cli.settings_lines import GATE, describe_settings
from starcase.cli.terminal import print_json, print_table, say, show_activity

if TYPE_CHECKING:
    from starcase.app import GateReport
    from starcase.evidence.records import GateResult


@click.command(
    epilog="""\b
Examples
  starcase gate --case cases/card-fraud --candidate lightgbm
  starcase gate --candidate lightgbm --model 3f2a8c --json
"""
)
@click.option("--candidate", required=True, metavar="NAME", help="The candidate to fit and test.")
@click.option(
    "--model",
    default="",
    metavar="HASH",
    help="Hash prefix of a fitted model to test without a new fit. Default: a fit on everything known.",
)
@case_option
@who_option
@json_option
def command(candidate: str, model: str, case_folder: Path, who: str, as_json: bool) -> int:
    """Fit a candidate on everything known, and test it with every gate in force.

    The clearance is for the fit on everything known. Gates that need unseen rows test the contest's fit of the last
    fold; the others test the fit that goes live. Thresholds are recorded in the ledger before the first gate runs. A
    gate without enough data ends as failed-unknown, which is not a pass. Exit code 0 if the model is cleared, with or
    without waivers; otherwise 1.
    """
    from starcase.app import gate
    from starcase.app.fit_history import resolve_model
    from starcase.cli.open_case import open_recorded_case

    with open_recorded_case(case_folder, who=who) as work, show_activity(f"testing {candidate} with its gates"):
        held = gate(work, candidate, model=resolve_model(work, model))
        changed = describe_changes(work, held.entry)
    if as_json:
        print_json({"gate": held.record, "evidence": held.entry.id, "clearance": held.clearance})
    else:
        _print(held)
        for line in [*describe_settings(held.record.settings, GATE), *changed]:
            say(line)
    return 0 if held.clearance else 1


def _print(held: GateReport) -> None:
    from starcase.cli.record_times import format_recorded_time
    from starcase.tables.moment import format_moment

    record, fold = held.record, held.fold
    refit = record.measured not in {"", record.model}
    print_table(
        f"{held.entry.id}: {record.candidate}, model {record.model[:12]}, against {held.incumbent.candidate} on "
        f"{fold.name} ({format_moment(fold.test_start)} to {format_moment(fold.test_end)})"
        + (f"; measured with its fit {record.measured[:12]}" if refit else ""),
        ("gate", "observed", "required, and why it failed"),
        [format_gate_row(result) for result in record.results],
    )
    if held.stands:
        say(
            f"recorded {format_recorded_time(held.entry)}, unchanged since: "
            "model, code, data, gates and opponent are the same"
        )
    if held.clearance is None:
        say(held.refusal.what if held.refusal else f"{record.candidate} is not cleared")
        say(f"  mend: {held.refusal.mend if held.refusal else ''}")
    elif held.clearance.until is None:
        say(f"cleared: {', '.join(held.clearance.evidence)}")
    else:
        until = format_moment(held.clearance.until)
        say(f"cleared until {until}, under waivers: {', '.join(held.clearance.evidence)}")


def format_gate_row(result: GateResult) -> tuple[str, str, str]:
    """Return a gate result as a row of the table."""
    from starcase.cli.figure import format_figure

    seen = f"{result.observed.name}:\n{format_figure(result.observed)}" if result.observed else "-"
    why = "" if result.outcome == "passed" else f"\n{result.why}"
    return f"{result.gate}\n{result.outcome}", seen, result.required + why
