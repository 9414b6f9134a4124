"""``starcase practice``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.terminal import print_table

if TYPE_CHECKING:
    from starcase.app.commands.practice import Session


@click.command(
    epilog="""\b
Examples
  starcase practice                                     a question; type the answer, end with Ctrl-D
  starcase practice --question 8 --case my-story        numbers are traced to records of the case
  starcase practice --question 8 --answer answer.md
  starcase practice --progress                          list past sessions
"""
)
@click.option(
    "--question", "asked", default="", metavar="QUESTION", help="The question to practise; chosen for you by default."
)
@click.option(
    "--answer", type=click.Path(path_type=Path), default=None, metavar="FILE", help="Read the answer from this file."
)
@click.option(
    "--case",
    "case_folder",
    type=click.Path(path_type=Path),
    default=None,
    metavar="DIR",
    help="The case whose ledger must contain the numbers.",
)
@click.option(
    "--log",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    show_default="in your application folder",
    help="The file that keeps the sessions.",
)
@click.option("--progress", is_flag=True, help="List the sessions, and exit.")
def command(asked: str, answer: Path | None, case_folder: Path | None, log: Path | None, progress: bool) -> int:
    """Practise an interview question: the answer is timed and reviewed, and stored only on this machine.

    Exit code 1 if the answer breaks a rule of severity error.
    """
    import numpy as np

    from starcase.app.commands.practice import read_sessions, record_practice, select_question
    from starcase.app.queries.ask import read_records
    from starcase.app.queries.review_answer import read_answer
    from starcase.report.questions import find_question
    from starcase.report.reviewer.rendering import render_text
    from starcase.report.reviewer.structure_rules import LONG, SHORTEST
    from starcase.tables.clock import SystemClock

    kept = log or Path(click.get_app_dir("starcase")) / "practice.jsonl"
    sessions = read_sessions(kept)
    if progress:
        _print(sessions)
        return 0
    clock = SystemClock()
    question = find_question(asked) if asked else select_question(sessions, np.random.default_rng(clock.now()))
    records = None if case_folder is None else read_records(case_folder)
    click.echo(f"{question.number}. {question.text}", err=True)
    click.echo(f"It looks for {question.looks_for}.", err=True)
    if answer is None:
        hint = f"Two to three minutes, {SHORTEST} to {LONG} words. The clock runs; end with Ctrl-D on an empty line.\n"
        click.echo(hint, err=True)
    began = clock.now()
    text = read_answer(answer) if answer else sys.stdin.read()
    seconds = (clock.now() - began) / 1e6
    session, found = record_practice(text, question, at=began, seconds=seconds, records=records, log=kept)
    click.echo(render_text(text, found))
    click.echo(f"\nanswered in {session.seconds:.0f} s; session {len(sessions) + 1}")
    return 0 if found.passed else 1


def _print(sessions: tuple[Session, ...]) -> None:
    from starcase.tables.moment import format_moment

    rows = [
        (
            format_moment(s.at)[:16],
            str(s.question),
            f"{s.seconds:.0f} s",
            str(s.words),
            " ".join(s.errors),
            " ".join(s.warnings),
        )
        for s in sessions
    ]
    print_table(
        f"{len(rows)} session{'' if len(rows) == 1 else 's'}",
        ("when, UTC", "question", "took", "words", "errors", "warnings"),
        rows,
    )
