"""``starcase story``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.open_case import open_recorded_case
from starcase.cli.options import case_option, json_option
from starcase.cli.terminal import print_json

if TYPE_CHECKING:
    from starcase.report.story_verification import StoryFault

UNBACKED = 9
VIEW_NAMES = ("star", "memo", "post-mortem", "model-card", "spoken")


@click.command(
    epilog="""\b
Examples
  starcase story --case cases/card-fraud                  the whole story as Markdown
  starcase story --case cases/card-fraud --format html    the same as one self-contained page
  starcase story --case cases/card-fraud --view memo --format pdf
  starcase story --case cases/card-fraud --as ana         ana's own story, in the first person
  starcase story --case cases/card-fraud --verify         exit code 9 if a sentence has no record
"""
)
@case_option
@json_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "html", "pdf"]),
    default="md",
    show_default=True,
    help="The file format.",
)
@click.option("--view", type=click.Choice(VIEW_NAMES), default="star", show_default=True, help="The kind of document.")
@click.option("--as", "teller", default="", metavar="NAME", help="Write this person's actions in the first person.")
@click.option("--to", type=click.Path(path_type=Path), default=None, metavar="FILE", help="Write or read this file.")
@click.option("--verify", is_flag=True, help="Read a written story, and list every sentence without a record.")
def command(case_folder: Path, as_json: bool, form: str, view: str, teller: str, to: Path | None, verify: bool) -> int:
    """Write the story of a case from its ledger, or verify a written story.

    The views are the whole story (star), one page for the decision maker (memo), the post-mortem, the card of the model
    that serves (model-card), and an answer of two to three minutes to speak (spoken). All views show the same figures.
    """
    if verify:
        return _verify(case_folder, to or case_folder / "story" / f"{view}.{form}", as_json=as_json)
    from starcase.app.commands.story import story

    with open_recorded_case(case_folder) as work:
        path = story(work, form=form, view=view, teller=teller, to=to)
    if as_json:
        print_json({"path": str(path)})
    else:
        click.echo(path)
    return 0


def _verify(folder: Path, path: Path, *, as_json: bool) -> int:
    """Verify a story against its records; text needs only the ledger, a PDF is rendered again."""
    if path.suffix in {".md", ".html"}:
        from starcase.report.verify_file import verify_file

        faults = verify_file(folder, path)
    else:
        from starcase.app.commands.story import verify_story

        with open_recorded_case(folder) as work:
            faults = verify_story(work, path)
    if as_json:
        print_json({"path": str(path), "faults": faults})
    else:
        for fault in faults:
            click.echo(f"{click.style(fault.sentence or 'the whole story', fg='red')}\n    {fault.why}")
        click.echo(f"{path}: {len(faults)} faults" if faults else f"{path}: every sentence is backed")
        if faults and path.suffix == ".html":
            click.echo(f"copy with the faults marked: {_write_marked_copy(path, faults)}")
    return UNBACKED if faults else 0


def _write_marked_copy(path: Path, faults: Sequence[StoryFault]) -> Path:
    """Write a copy of an HTML story with its faults in red; the story itself is not changed."""
    from starcase.report.reading.fault_marks import mark_faults

    why: dict[str, str] = {}
    for fault in faults:
        why[fault.sentence] = f"{why[fault.sentence]}; {fault.why}" if fault.sentence in why else fault.why
    copy = path.with_suffix(".marked.html")
    copy.write_text(mark_faults(path.read_text(encoding="utf-8"), why), encoding="utf-8")
    return copy
