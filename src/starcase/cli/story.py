"""``starcase story``."""

from __future__ import annotations

from pathlib import Path

import click

from starcase.cli.options import case_option, json_option
from starcase.cli.show import print_json
from starcase.cli.standing import standing

UNBACKED = 9
VIEW_NAMES = ("star", "memo", "post-mortem", "model-card", "spoken")


@click.command(
    epilog="""\b
Examples
  starcase story --case cases/card-fraud                  the whole story as Markdown
  starcase story --case cases/card-fraud --format html    the same as one self-contained page
  starcase story --case cases/card-fraud --view memo --format pdf
  starcase story --case cases/card-fraud --as ana         ana's own story, in the first person
  starcase story --case cases/card-fraud --verify         exit code 9 where a sentence lacks its record
"""
)
@case_option
@json_option
@click.option(
    "--format", "form", type=click.Choice(["md", "html", "pdf"]), default="md", show_default=True, help="Which file."
)
@click.option("--view", type=click.Choice(VIEW_NAMES), default="star", show_default=True, help="For whom it is told.")
@click.option("--as", "teller", default="", metavar="NAME", help="Tell this person's actions in the first person.")
@click.option("--to", type=click.Path(path_type=Path), default=None, metavar="FILE", help="Write or read this file.")
@click.option("--verify", is_flag=True, help="Read a written story again, and name every sentence without its record.")
def command(case_folder: Path, as_json: bool, form: str, view: str, teller: str, to: Path | None, verify: bool) -> int:
    """Tell the story of a case from its ledger, or verify a story that was told.

    The views are the whole story (star), one page for whoever decides (memo), the post-mortem, the card of the model
    that serves, and an answer to be spoken in two to three minutes. They agree on every figure.
    """
    from starcase.workspace.story import story, story_file, verified

    with standing(case_folder) as work:
        if not verify:
            path = story(work, form=form, view=view, teller=teller, to=to)
            if as_json:
                print_json({"path": str(path)})
            else:
                click.echo(path)
            return 0
        path = to or story_file(work, form=form, view=view)
        faults = verified(work, path)
    if as_json:
        print_json({"path": str(path), "faults": faults})
    else:
        for fault in faults:
            click.echo(str(fault))
        click.echo(f"{path}: {len(faults)} faults" if faults else f"{path}: every sentence is backed")
    return UNBACKED if faults else 0
