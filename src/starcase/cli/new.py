"""``starcase new``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.options import who_option
from starcase.cli.terminal import show_activity

if TYPE_CHECKING:
    from starcase.contract.case_spec import TomlValue


@click.command(
    epilog="""\b
Examples
  starcase new mycase --system fraud --data payments.csv --target is_fraud --time paid_at
  starcase new shop --system recommend --data taken.csv --target item --time at --unit user \\
      --option task=discovery --option items=../items.csv --option item_text=words
  starcase new my-story --system journal --question 8
  starcase new mycase --system fraud --data tx.parquet --target fraud --time at --unit card \\
      --amount amount --entity card=card_id --delay 7d
"""
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--system", required=True, metavar="NAME", help="The kind of problem; see `starcase plugins`.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="Your data file: Parquet or CSV. It is not copied.",
)
@click.option("--target", default="", metavar="COLUMN", help="The column of outcomes.")
@click.option("--time", default="", metavar="COLUMN", help="The column of event times.")
@click.option("--id", "id_column", default="", metavar="COLUMN", help="The column that identifies a row.")
@click.option(
    "--unit", default="", metavar="COLUMN", help="The column that identifies the randomised unit: a card, a user."
)
@click.option(
    "--amount", default="", metavar="COLUMN", help="The column of amounts of money, in major units such as euros."
)
@click.option(
    "--entity",
    "entities",
    multiple=True,
    metavar="NAME=COLUMN",
    help="A column that identifies a person or place, such as card=customer_id.",
)
@click.option("--ignore", multiple=True, metavar="COLUMN", help="A column that no model may see.")
@click.option("--delay", default="0s", show_default=True, help="How long an outcome takes to become known: 7d, 2h.")
@click.option(
    "--epoch", default="1970-01-01T00:00:00Z", help="The moment at which a numeric time column is 0; it counts seconds."
)
@click.option(
    "--time-format",
    default="",
    metavar="FORMAT",
    help="The format of the time column if it is not ISO 8601: %d/%m/%Y, milliseconds.",
)
@click.option(
    "--option",
    "own",
    multiple=True,
    metavar="KEY=VALUE",
    help="An option of the system, as in [options]; may be given again.",
)
@click.option("--metric", default="", help="The metric of the objective; the system's first metric by default.")
@click.option("--incumbent", default="", help="The candidate that runs today; the simplest one by default.")
@click.option("--question", default="", help="For a system whose data you write: the interview question to answer.")
@who_option
@click.option("--title", default="", help="The title of the case; the folder's name by default.")
def command(
    folder: Path, system: str, data: Path | None, target: str, time: str, id_column: str, unit: str, amount: str,
    entities: tuple[str, ...], ignore: tuple[str, ...], delay: str, epoch: str, metric: str, incumbent: str, title: str,
    question: str, who: str, time_format: str,
    own: tuple[str, ...],
) -> None:  # fmt: skip
    """Write a commented case.toml for your own data.

    Nothing is copied or overwritten; the case refers to the data by its path. If the data cannot be read, the command
    names the row and the mend, and writes nothing. A system whose data a person writes, such as a journal, needs no
    --data: it comes with pages that ask for every fact.
    """
    from starcase.app.commands.new_case import CaseDraft, write_new_case
    from starcase.contract.case_spec import DataSpec
    from starcase.contract.system import PromptingSystem
    from starcase.extensions.registry import load_system

    columns = None
    if data is None:
        if not isinstance(load_system(system), PromptingSystem):
            raise click.UsageError(f"the system {system!r} needs your data: name them with --data, --target and --time")
    elif not (target and time):
        raise click.UsageError("name the outcome column with --target and the time column with --time")
    else:
        columns = DataSpec(
            path=str(data), time=time, target=target, id=id_column, unit=unit, amount=amount, delay=delay,
            entities=dict(_parse_entity(text) for text in entities), ignore=ignore, epoch=epoch,
            time_format=time_format,
        )  # fmt: skip
    draft = CaseDraft(
        system=system, data=columns, metric=metric, incumbent=incumbent, title=title, question=question, who=who,
        options=dict(_parse_option(text) for text in own),
    )  # fmt: skip
    with show_activity(f"reading {data}" if data else "writing pages"):
        case = write_new_case(folder, draft)
    click.echo(f"wrote {folder / 'case.toml'}: objective {case.objective.metric}, incumbent {case.incumbent}")
    click.echo(f"next: starcase check --case {folder}")


def _parse_entity(text: str) -> tuple[str, str]:
    name, sign, column = text.partition("=")
    if not (sign and name and column):
        raise click.BadParameter(f"{text!r} is not NAME=COLUMN", param_hint="--entity")
    return name, column


def _parse_option(text: str) -> tuple[str, TomlValue]:
    """Return key and value of a system option; a value that is not TOML is text.

    >>> _parse_option("length=20"), _parse_option("task=discovery")
    (('length', 20), ('task', 'discovery'))
    """
    import tomllib

    key, sign, value = text.partition("=")
    if not (sign and key):
        raise click.BadParameter(f"{text!r} is not KEY=VALUE", param_hint="--option")
    try:
        return key, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key, value
