"""``starcase new``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.options import who_option
from starcase.cli.show import doing
from starcase.errors import CaseFileError, DataError

if TYPE_CHECKING:
    from starcase.case.spec import Case, DataSpec, TomlValue


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
    help="Your data: Parquet or CSV. It stays there.",
)
@click.option("--target", default="", metavar="COLUMN", help="The column of outcomes.")
@click.option("--time", default="", metavar="COLUMN", help="The column that orders everything.")
@click.option("--id", "id_column", default="", metavar="COLUMN", help="The column that names a row.")
@click.option("--unit", default="", metavar="COLUMN", help="The column that names what is randomised: a card, a user.")
@click.option("--amount", default="", metavar="COLUMN", help="The column of money, in major units.")
@click.option(
    "--entity", "entities", multiple=True, metavar="NAME=COLUMN", help="Who or where, such as card=customer_id."
)
@click.option("--ignore", multiple=True, metavar="COLUMN", help="A column that no model may see.")
@click.option("--delay", default="0s", show_default=True, help="How long an outcome takes to become known: 7d, 2h.")
@click.option("--epoch", default="1970-01-01T00:00:00Z", help="What a time column of numbers counts from, in seconds.")
@click.option(
    "--time-format",
    default="",
    metavar="FORMAT",
    help="How the time is written where that is not plain: %d/%m/%Y, milliseconds.",
)
@click.option(
    "--option", "own", multiple=True, metavar="KEY=VALUE", help="An option of the system, as [options] has it."
)
@click.option("--metric", default="", help="The objective; the system's first metric by default.")
@click.option("--incumbent", default="", help="What runs today; the simplest candidate by default.")
@click.option("--question", default="", help="For a system whose data you write: the question to be prompted for.")
@who_option
@click.option("--title", default="", help="The case for people; the folder's name by default.")
def command(
    folder: Path, system: str, data: Path | None, target: str, time: str, id_column: str, unit: str, amount: str,
    entities: tuple[str, ...], ignore: tuple[str, ...], delay: str, epoch: str, metric: str, incumbent: str, title: str,
    question: str, who: str, time_format: str,
    own: tuple[str, ...],
) -> None:  # fmt: skip
    """Write a commented case.toml for your own data.

    Nothing is copied and nothing overwritten; the case refers to the data by its path. Data that cannot be read is
    refused with its row and the mend before anything is written. A system whose data a person
    writes, such as a journal, needs no --data: it brings pages that ask for every fact.
    """
    from starcase.case.spec import DataSpec
    from starcase.case.toml import FILE

    file = folder / FILE
    if file.exists():
        raise CaseFileError("there is a case here already", where=str(file), mend="choose another folder")
    if data is None:
        columns = _begun(folder, system, question, title, who)
    elif not (target and time):
        raise click.UsageError("name the outcome column with --target and the time column with --time")
    else:
        columns = DataSpec(
            path=_path(data, folder), time=time, target=target, id=id_column, unit=unit, amount=amount, delay=delay,
            entities=dict(_entity(text) for text in entities), ignore=ignore, epoch=epoch, time_format=time_format,
        )  # fmt: skip
        _look(data, columns)
    case = _case(folder, system, columns, metric, incumbent, title, dict(_option(text) for text in own))
    if data is not None:
        _read(case, data)
    _write(file, case)
    click.echo(f"wrote {file}: objective {case.objective.metric}, incumbent {case.incumbent}")
    click.echo(f"next: starcase check --case {folder}")


def _begun(folder: Path, system: str, question: str, title: str, who: str) -> DataSpec:
    """The pages that a system brings for a person to fill in, with the facts of the question as prompts."""
    from starcase.case.registry import load_system
    from starcase.case.system import Guided
    from starcase.workspace.ask import begin

    kind = load_system(system)
    if not isinstance(kind, Guided):
        raise click.UsageError(f"the system {system!r} needs your data: name them with --data, --target and --time")
    return begin(kind, folder, question, title=title or folder.resolve().name, who=who)


def _path(data: Path, folder: Path) -> str:
    """The data's path from the case's folder; as it was given where it was absolute."""
    return str(data) if data.is_absolute() else os.path.relpath(data, folder)


def _entity(text: str) -> tuple[str, str]:
    name, sign, column = text.partition("=")
    if not (sign and name and column):
        raise click.BadParameter(f"{text!r} is not NAME=COLUMN", param_hint="--entity")
    return name, column


def _option(text: str) -> tuple[str, TomlValue]:
    """An option of the system; its value as TOML has it, or text.

    >>> _option("length=20"), _option("task=discovery")
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


def _look(data: Path, columns: DataSpec) -> None:
    """Refuse columns that the data does not have."""
    from starcase.case.columns import column_names, require

    named = {
        "--time": columns.time, "--target": columns.target, "--id": columns.id, "--unit": columns.unit,
        "--amount": columns.amount, **{f"--entity {name}": column for name, column in columns.entities.items()},
        **{f"--ignore {name}": name for name in columns.ignore},
    }  # fmt: skip
    require(column_names(data), {option: column for option, column in named.items() if column}, str(data))


def _case(
    folder: Path, system: str, data: DataSpec, metric: str, incumbent: str, title: str, own: dict[str, TomlValue]
) -> Case:  # fmt: skip
    """The case, with the objective and the incumbent that the system would begin with."""
    from dataclasses import replace

    from starcase.case.agreement import agree
    from starcase.case.registry import load_system
    from starcase.case.spec import Case, ObjectiveSpec

    kind = load_system(system)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", folder.resolve().name).strip("-._") or "case"
    draft = Case(
        name=name, title=title or folder.resolve().name, system=system, data=data, folder=str(folder),
        objective=ObjectiveSpec(metric=metric or "to be named"), incumbent=incumbent or "to be named",
        options=own,
    )  # fmt: skip
    if not metric:
        draft = replace(draft, objective=ObjectiveSpec(metric=kind.metrics(draft)[0].name))
    if not incumbent:
        simplest = min(kind.candidates(draft), key=lambda candidate: candidate.complexity, default=None)
        draft = replace(draft, incumbent=simplest.name if simplest else kind.baselines(draft)[0].name)
    agree(draft, kind)
    return draft


def _read(case: Case, data: Path) -> None:
    """Refuse data that the case could not begin with; the folder of the case is not there yet."""
    from dataclasses import replace

    from starcase.case.registry import load_system

    with doing(f"reading {data}"):
        load_system(case.system).load(replace(case, data=replace(case.data, path=str(data.absolute()))))


def _write(file: Path, case: Case) -> None:
    from starcase.case.registry import load_system
    from starcase.case.system import Optioned
    from starcase.case.template import template

    kind = load_system(case.system)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:
            out.write(template(case, kind.options if isinstance(kind, Optioned) else None))
    except OSError as error:
        raise DataError("the case cannot be written", where=str(file), why=str(error)) from error
