"""Read the item table: the text of each item."""

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
    """Read the text of each item by its id; empty where the case names no table.

    Raises:
        DataError: the table is missing or cannot be read, or an id is missing or repeated.
    """
    if not options.items:
        return {}
    wanted = {"options.item_id": options.item_id}
    wanted |= {f"options.item_text, {column}": column for column in options.item_words}
    frame = read(_find_table(folder, options.items), wanted)
    ids = read_keys(frame, options.item_id, "item id", options.items)
    if (twice := ids.is_duplicated()).any():
        row = int(twice.arg_max() or 0)
        mend = "keep one row for each item"
        what = f"the item {quote_value(ids[row])} occurs twice"
        raise build_data_error(what, file=options.items, column=options.item_id, row=row, mend=mend)
    if not options.item_words:
        return dict.fromkeys(ids.to_list(), "")
    columns = [pl.col(column).cast(pl.String) for column in options.item_words]
    words = frame.select(pl.concat_str(columns, separator=" ", ignore_nulls=True)).to_series()
    return dict(zip(ids.to_list(), words.to_list(), strict=True))


def _find_table(folder: str, name: str) -> Path:
    """Find the table; its path is relative to the folder of case.toml."""
    path = Path(os.path.normpath(Path(folder) / name))
    if path.is_file():
        return path
    there = Path(name).is_file()
    near = os.path.relpath(name, folder) if there else f"../{Path(name).name}"
    raise DataError(
        "the item table does not exist", where=f"{path}, named by options.items",
        why="its path is relative to the folder of case.toml, not to the working directory",
        mend=f"write items = {near!r}" if there else f"give its path from there, such as {near!r}",
    )  # fmt: skip


def check_items(items: Sequence[str], texts: Mapping[str, str], options: RecommendOptions) -> tuple[Finding, ...]:
    """Compare the item table with the items in the interactions.

    Raises:
        DataError: the table contains none of these items.
    """
    if not options.items:
        return ()
    unknown = [item for item in items if item not in texts]
    if len(unknown) == len(items):
        raise build_data_error(
            f"the table contains none of the {len(items)} items in the interactions", file=options.items,
            column=options.item_id,
            why=f"the interactions have {quote_value(items[0])}, the table has {quote_value(next(iter(texts)))}",
            mend="write the ids in the same form in both files, or name the right column as `item_id` under [options]",
        )  # fmt: skip
    silent = sum(not texts[item] for item in items if item in texts) if options.item_text else 0
    found = []
    if unknown:
        few = ", ".join(unknown[:3])
        what = f"{len(unknown)} of {len(items)} items in the interactions are not in the item table, such as {few}"
        mend = "add them; until then they are recommended from interactions only"
        found.append(Finding(severity="warning", where=options.items, what=what, mend=mend))
    if silent:
        what = f"{silent} items have no words in {options.item_text}"
        found.append(Finding(severity="note", where=options.items, what=what))
    return tuple(found)
