"""``starcase review-answer``."""

from __future__ import annotations

from pathlib import Path

import click

from starcase.cli.options import json_option
from starcase.cli.terminal import print_json


@click.command(
    epilog="""\b
Examples
  starcase review-answer answer.md
  starcase review-answer answer.md --question 8 --case my-story
  starcase review-answer answer.md --question 6 --case cases/card-fraud --html review.html
"""
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--question", "asked", default="", metavar="QUESTION", help="The question it answers: a number, or its text."
)
@click.option(
    "--case",
    "case_folder",
    type=click.Path(path_type=Path),
    default=None,
    metavar="DIR",
    help="The case whose ledger must contain the numbers.",
)
@click.option("--block", "blocked", multiple=True, metavar="NAME", help="A name that the answer must not contain.")
@click.option(
    "--html", "page", type=click.Path(path_type=Path), default=None, metavar="FILE", help="Also write an HTML page."
)
@click.option(
    "--rephrase", "url", default="", metavar="URL", help="An OpenAI-compatible endpoint that rewords the answer."
)
@click.option("--model", default="", metavar="NAME", help="The model to use at that endpoint.")
@json_option
def command(
    file: Path,
    asked: str,
    case_folder: Path | None,
    blocked: tuple[str, ...],
    page: Path | None,
    url: str,
    model: str,
    as_json: bool,
) -> int:
    """Check a written answer against fourteen rules; each finding has its span, its reason and its mend.

    Nothing is sent over the network unless --rephrase names an endpoint. There is no score: a rule is met or broken.
    Headings in the text are optional. Exit code 1 if a rule of severity error is broken.
    """
    from starcase.app.queries.review_answer import review_answer
    from starcase.report.questions import find_question
    from starcase.report.reviewer.rendering import render_html, render_text

    question = find_question(asked) if asked else None
    text, found = review_answer(file, question=question, case=case_folder, blocked=frozenset(blocked))
    if page is not None:
        page.write_text(render_html(text, found), encoding="utf-8")
    if as_json:
        print_json({"passed": found.passed, "review": found})
    else:
        click.echo(render_text(text, found))
    if url:
        _print_rephrasing(text, url, model)
    return 0 if found.passed else 1


def _print_rephrasing(text: str, url: str, model: str) -> None:
    """Print the answer as reworded by a model, and report each rewording that was refused."""
    import os

    from starcase.report.rephrase import connect_endpoint, rephrase

    for one in rephrase(text, connect_endpoint(url, model, os.environ.get("STARCASE_MODEL_KEY", ""))):
        click.echo(f"\n{one.text}")
        if one.refused:
            click.echo(f"(not reworded: {one.refused})", err=True)
