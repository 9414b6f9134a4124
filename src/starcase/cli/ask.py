"""``starcase ask``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.options import json_option
from starcase.cli.terminal import print_json, print_table

if TYPE_CHECKING:
    from starcase.app.queries.ask import CaseMatch, Matrix


@click.command(
    epilog="""\b
Examples
  starcase ask                                          the eight questions, and the facts each needs
  starcase ask "When did you disagree with your manager?" --among cases
  starcase ask 6 --among cases/card-fraud --as Jonas    the answer in the first person
  starcase ask --matrix --among cases                   cases x questions, principles shown, questions without a case
  starcase ask --interview --among cases                a case for each question, each case used once
"""
)
@click.argument("question", required=False)
@click.option(
    "--among", "--case", "roots", multiple=True, type=click.Path(path_type=Path, exists=True), default=(Path(),),
    envvar="STARCASE_CASE", show_default="the folder you are in, or $STARCASE_CASE", metavar="DIR",
    help="A case, or a folder of cases.",
)  # fmt: skip
@click.option("--as", "teller", default="", metavar="NAME", help="Write this person's actions in the first person.")
@click.option(
    "--format", "form", type=click.Choice(["text", "md", "html"]), default="text", show_default=True,
    help="Plain text, or a page that links each figure to its record.",
)  # fmt: skip
@click.option("--matrix", "as_matrix", is_flag=True, help="Show which case covers which question.")
@click.option("--interview", "as_set", is_flag=True, help="A case for each question; each case is used once.")
@json_option
def command(
    question: str | None, roots: tuple[Path, ...], teller: str, form: str, as_matrix: bool, as_set: bool, as_json: bool
) -> int:
    """Answer a question of a behavioural interview from recorded cases.

    Cases are matched by the facts that the question needs. A missing fact is named; it is never taken from another case
    or invented. Exit code 1 if no case can answer.
    """
    from starcase.app.queries.ask import build_matrix, find_case_folders, read_cases

    if question is None and not (as_matrix or as_set):
        return _list(as_json=as_json)
    cases = read_cases([folder for root in roots for folder in find_case_folders(root)])
    if question is not None:
        return _answer(question, cases, form, teller, as_json=as_json)
    found = build_matrix(cases)
    if as_matrix:
        _print_matrix(found, as_json=as_json)
    return _print_set(found, as_json=as_json) if as_set else 0


def _list(*, as_json: bool) -> int:
    from starcase.report.questions import QUESTIONS

    if as_json:
        print_json([{"number": q.number, "text": q.text, "needs": [n.role for n in q.needs]} for q in QUESTIONS])
    else:
        rows = [(str(q.number), q.text, ", ".join(n.role for n in q.needs)) for q in QUESTIONS]
        print_table("", ("", "question", "facts it needs"), rows)
    return 0


def _answer(asked: str, cases: dict, form: str, teller: str, *, as_json: bool) -> int:  # type: ignore[type-arg]
    from starcase.app.queries.ask import answer_question, rank_cases, strip_footnotes
    from starcase.report.actors import build_stranger_error, has_acted
    from starcase.report.questions import find_question

    question = find_question(asked)
    if teller and cases:
        lived = {folder: records for folder, records in cases.items() if has_acted(records, teller)}
        if not lived:
            raise build_stranger_error(teller, *cases.values())
        cases = lived
    found = rank_cases(question, cases)
    if not found:
        click.echo("no case with a ledger was found here; record one with `starcase check`", err=True)
        return 1
    best = found[0]
    click.echo(f"question {question.number}: {question.text}", err=True)
    click.echo(f"it looks for {question.looks_for}", err=True)
    for one in found:
        click.echo(f"  {one.folder}: {_describe_coverage(one)}", err=True)
    text = answer_question(question, cases[best.folder], form="md" if form == "text" else form, teller=teller)
    text = strip_footnotes(text) if form == "text" else text
    if as_json:
        print_json({"question": question.number, "case": str(best.folder), "text": text})
    else:
        click.echo(text)
    return 0


def _describe_coverage(one: CaseMatch) -> str:
    have = ", ".join(need.role for need, _ in one.match.found) or "nothing"
    lack = ", ".join(need.role for need in one.match.missing)
    return f"has {have}" + (f"; lacks {lack}" if lack else "")


def _print_matrix(found: Matrix, *, as_json: bool) -> None:
    rows = [
        (str(case), *(_format_cell(one) for one in row)) for case, row in zip(found.cases, found.cells, strict=True)
    ]
    if as_json:
        print_json({"rows": rows, "holes": [q.number for q in found.holes]})
        return
    print_table("facts recorded, of the facts needed", ("case", *(str(n) for n in range(1, 9))), rows)
    for case, row in zip(found.cases, found.cells, strict=True):
        for one in row:
            if one.match.complete:
                click.echo(f"{case}, question {one.match.question.number}: {', '.join(one.principles)}")
    if found.holes:
        click.echo(f"no case answers: {', '.join(str(q.number) for q in found.holes)}")


def _format_cell(one: CaseMatch) -> str:
    return f"{len(one.match.found)}/{len(one.match.question.needs)}"


def _print_set(found: Matrix, *, as_json: bool) -> int:
    from starcase.app.queries.ask import plan_interview

    pairs = [(q.number, str(c.folder) if c else "") for q, c in plan_interview(found)]
    if as_json:
        print_json([{"question": number, "case": case} for number, case in pairs])
    else:
        print_table(
            "", ("question", "case"), [(str(number), case or "no unused case can answer") for number, case in pairs]
        )
    return 0 if all(case for _, case in pairs) else 1
