"""``starcase shadow``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.case_changes import describe_changes
from starcase.cli.options import case_option, json_option, who_option
from starcase.cli.terminal import print_json, print_table, say, show_activity

if TYPE_CHECKING:
    from starcase.app.commands.shadow import ShadowStatus
    from starcase.contract.request import Json

OTHERWISE = {
    "action": "taken another action",
    "items": "taken another action or served another list",
    "content": "taken another action or served other content",
}


@click.command(
    epilog="""\b
Examples
  starcase shadow --case mycase
  starcase shadow --case mycase --catch-up
  starcase shadow --case mycase --pairs 20
  starcase shadow --case mycase --json
"""
)
@click.option(
    "--catch-up", "catching_up", is_flag=True, help="First answer the requests that the shadow has not answered yet."
)
@click.option(
    "--pairs", "most", default=0, metavar="N", help="Show the latest N requests, champion and shadow side by side."
)
@click.option("--outcome", default="", metavar="NAME", help="The outcome to show with them, if there are several.")
@case_option
@who_option
@json_option
def command(catching_up: bool, most: int, outcome: str, case_folder: Path, who: str, as_json: bool) -> int:
    """Report what challengers in shadow would have answered, and how outcomes judge them.

    A shadow receives every request and decides nothing. Its verdict stays valid however often you look; it is "hold"
    while the shadow has answered too few of the requests. Exit code 1 if it is shown to be worse.
    """
    from starcase.app.commands.shadow import catch_up, shadow
    from starcase.cli.open_case import open_recorded_case

    if most:
        _print_pairs(case_folder, most, outcome, as_json=as_json)
        return 0
    with open_recorded_case(case_folder, who=who) as work:
        if catching_up:
            with show_activity("answering missed requests"):
                answered = catch_up(work)
            click.echo(f"{answered} requests answered", err=True)
        with show_activity("reading outcomes"):
            seen = shadow(work)
        changed = describe_changes(work, work.ledger.entry(seen[-1].evidence))
    if as_json:
        print_json(seen)
    else:
        _print(seen)
        for line in changed:
            say(line)
    return 1 if seen[-1].record.verdict == "worse" else 0


def _print_pairs(folder: Path, most: int, outcome: str, *, as_json: bool) -> None:
    from starcase.app.commands.shadow import read_pairs
    from starcase.app.user_models import open_folder

    with open_folder(folder) as work:
        seen = read_pairs(work, most, outcome=outcome)
    if as_json:
        print_json(seen)
        return
    known = ("not yet", "{:g}")
    print_table(
        "champion and shadow side by side, oldest first",
        ("decision", "served by", "answer", "shadow", "would have answered", "outcome"),
        [
            (
                one.decision, one.champion, _format_answer(one.served, one.score, one.content), one.shadow[:12],
                _format_answer(one.shadow_answer, one.shadow_score,
                one.shadow_content) if one.shadow_answer else "failed",
                known[one.outcome is not None].format(one.outcome),
            )
            for one in seen
        ],
    )  # fmt: skip


def _format_answer(action: str, score: float, content: Json) -> str:
    from starcase.contract.answer_content import describe_content

    text = describe_content(content)
    return f"{action} at {score:.4g}{text and ': '}{text}"


def _print(seen: tuple[ShadowStatus, ...]) -> None:
    from starcase.cli.figure import format_figure
    from starcase.cli.metric_table import print_metrics
    from starcase.evidence.verdicts import format_verdict
    from starcase.tables.moment import format_moment

    print_table(
        "shadows, oldest first",
        ("challenger", "champion", "from", "to", "pairs", "failed", "missed", "behind", "coverage", "verdict"),
        [
            (
                f"{one.record.challenger}{' (now)' if one.running else ''}",
                one.record.champion,
                format_moment(one.record.since)[:16],
                format_moment(one.record.until)[:16],
                str(one.record.pairs),
                str(one.record.failed),
                str(one.record.missed),
                str(one.record.lag),
                f"{one.record.coverage.value:.1%}",
                format_verdict(one.record.verdict),
            )
            for one in seen
        ],
    )
    last = seen[-1].record
    say(
        f"{last.challenger} would have {OTHERWISE[last.compared]} in {format_figure(last.disagreement)} of the requests"
    )
    print_metrics(last.metrics)
    print_table("", ("according to the outcomes", "value"), [(f.name, format_figure(f)) for f in last.figures])
    say(f"verdict: {format_verdict(last.verdict)}")
    say(f"because: {last.why} ({seen[-1].evidence}, {seen[-1].looks} looks)")
