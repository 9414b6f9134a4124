"""``starcase shadow``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.case_changes import change_lines
from starcase.cli.options import case_option, json_option, who_option
from starcase.cli.terminal import doing, print_json, print_table, say

if TYPE_CHECKING:
    from starcase.app.commands.shadow import Shadowed
    from starcase.contract.request import Json

OTHERWISE = {
    "action": "done otherwise",
    "items": "done otherwise or served another list",
    "content": "done or served otherwise",
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
@click.option("--catch-up", "catching_up", is_flag=True, help="First let it answer what it has not answered yet.")
@click.option(
    "--pairs", "most", default=0, metavar="N", help="The latest N requests, champion and shadow side by side."
)
@click.option("--outcome", default="", metavar="NAME", help="Which outcome beside them, where there are several.")
@case_option
@who_option
@json_option
def command(catching_up: bool, most: int, outcome: str, case_folder: Path, who: str, as_json: bool) -> int:
    """See what challengers in shadow would have done, and what outcomes say of it.

    A shadow sees every request and decides nothing. Its verdict holds however often one looks; it is "hold" while the
    shadow has answered too small a share of the requests. Exit code 1 where it is shown worse.
    """
    from starcase.app.commands.shadow import catch_up, shadow
    from starcase.cli.open_case import standing

    if most:
        _side_by_side(case_folder, most, outcome, as_json=as_json)
        return 0
    with standing(case_folder, who=who) as work:
        if catching_up:
            with doing("answering what was asked"):
                answered = catch_up(work)
            click.echo(f"{answered} requests answered", err=True)
        with doing("reading outcomes"):
            seen = shadow(work)
        changed = change_lines(work, work.ledger.entry(seen[-1].evidence))
    if as_json:
        print_json(seen)
    else:
        _print(seen)
        for line in changed:
            say(line)
    return 1 if seen[-1].record.verdict == "worse" else 0


def _side_by_side(folder: Path, most: int, outcome: str, *, as_json: bool) -> None:
    from starcase.app.commands.shadow import pairs
    from starcase.app.user_models import folder_of

    with folder_of(folder) as work:
        seen = pairs(work, most, outcome=outcome)
    if as_json:
        print_json(seen)
        return
    known = ("not yet", "{:g}")
    print_table(
        "champion and shadow side by side, oldest first",
        ("decision", "served by", "answer", "shadow", "would have answered", "outcome"),
        [
            (
                one.decision, one.champion, _answer(one.served, one.score, one.content), one.shadow[:12],
                _answer(one.shadow_answer, one.shadow_score, one.shadow_content) if one.shadow_answer else "failed",
                known[one.outcome is not None].format(one.outcome),
            )
            for one in seen
        ],
    )  # fmt: skip


def _answer(action: str, score: float, content: Json) -> str:
    from starcase.contract.answer_content import content_text

    text = content_text(content)
    return f"{action} at {score:.4g}{text and ': '}{text}"


def _print(seen: tuple[Shadowed, ...]) -> None:
    from starcase.cli.figure import figure_text
    from starcase.cli.metric_table import print_metrics
    from starcase.evidence.verdicts import verdict_text
    from starcase.tables.moment import moment_text

    print_table(
        "shadows, oldest first",
        ("challenger", "champion", "from", "to", "pairs", "failed", "missed", "behind", "coverage", "verdict"),
        [
            (
                f"{one.record.challenger}{' (now)' if one.running else ''}",
                one.record.champion,
                moment_text(one.record.since)[:16],
                moment_text(one.record.until)[:16],
                str(one.record.pairs),
                str(one.record.failed),
                str(one.record.missed),
                str(one.record.lag),
                f"{one.record.coverage.value:.1%}",
                verdict_text(one.record.verdict),
            )
            for one in seen
        ],
    )
    last = seen[-1].record
    say(f"{last.challenger} would have {OTHERWISE[last.compared]} in {figure_text(last.disagreement)} of the requests")
    print_metrics(last.metrics)
    print_table("", ("what the outcomes said", "value"), [(f.name, figure_text(f)) for f in last.figures])
    say(f"verdict: {verdict_text(last.verdict)}")
    say(f"because: {last.why} ({seen[-1].evidence}, {seen[-1].looks} looks)")
