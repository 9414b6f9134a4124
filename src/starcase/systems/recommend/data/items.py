"""The table of items: what each is, in words."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from starcase.errors import DataError, quote_value
from starcase.evidence.records import Finding
from starcase.systems.recommend.data.reading import read, read_keys
from starcase.systems.recommend.options import RecommendOptions
from starcase.tables.data_errors import build_data_error


def read_item_texts(folder: str, options: RecommendOptions) -> Mapping[str, str]:
    """The words of each item by its id; nothing where the case names no table.

    Raises:
        DataError: the table is not there or cannot be read, an id is missing or stands twice.
    """
    if not options.items:
        return {}
    wanted = {"options.item_id": options.item_id}
    wanted |= {f"options.item_text, {column}": column for column in options.item_words}
    frame = read(_find_table(folder, options.items), wanted)
    ids = read_keys(frame, options.item_id, "item id", options.items)
    if (twice := ids.is_duplicated()).any():
        row = int(twice.arg_max() or 0)
        mend = "keep one row an item"
        what = f"the item {quote_value(ids[row])} stands twice"
        raise build_data_error(what, file=options.items, column=options.item_id, row=row, mend=mend)
    if not options.item_words:
        return dict.fromkeys(ids.to_list(), "")
    columns = [pl.col(column).cast(pl.String) for column in options.item_words]
    words = frame.select(pl.concat_str(columns, separator=" ", ignore_nulls=True)).to_series()
    return dict(zip(ids.to_list(), words.to_list(), strict=True))


def _find_table(folder: str, name: str) -> Path:
    """Where the table lies; a path from the folder of case.toml."""
    path = Path(os.path.normpath(Path(folder) / name))
    if path.is_file():
        return path
    there = Path(name).is_file()
    near = os.path.relpath(name, folder) if there else f"../{Path(name).name}"
    raise DataError(
        "there is no such table of items", where=f"{path}, named by options.items",
        why="its path begins at the folder of case.toml, not where the command is typed",
        mend=f"write items = {near!r}" if there else f"give its path from there, such as {near!r}",
    )  # fmt: skip


def check_items(items: Sequence[str], texts: Mapping[str, str], options: RecommendOptions) -> tuple[Finding, ...]:
    """What the table of items lacks, against the items that were taken.

    Raises:
        DataError: it knows none of them.
    """
    if not options.items:
        return ()
    unknown = [item for item in items if item not in texts]
    if len(unknown) == len(items):
        raise build_data_error(
            f"the table knows none of the {len(items)} items that were taken", file=options.items,
            column=options.item_id,
            why=f"taken was {quote_value(items[0])}, the table holds {quote_value(next(iter(texts)))}",
            mend="write the ids in one way in both files, or name the right column as `item_id` under [options]",
        )  # fmt: skip
    silent = sum(not texts[item] for item in items if item in texts) if options.item_text else 0
    found = []
    if unknown:
        few = ", ".join(unknown[:3])
        what = f"{len(unknown)} of {len(items)} items that were taken are not in the table of items, such as {few}"
        mend = "add them; until then they are recommended by behaviour alone"
        found.append(Finding(severity="warning", where=options.items, what=what, mend=mend))
    if silent:
        what = f"{silent} items have no words in {options.item_text}"
        found.append(Finding(severity="note", where=options.items, what=what))
    return tuple(found)
