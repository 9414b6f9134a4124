"""The segment of each unit, from a segmentation of the system or from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl

from starcase.contract.case_spec import Case
from starcase.contract.system import Dataset, Segmentation, Segmented, System
from starcase.errors import CaseFileError, DataError, NotIdentifiable
from starcase.tables.columns import CSV, PARQUET, read_column_names, require_columns

UNIT, SEGMENT = "unit", "segment"
FEWEST = 2


def is_file_name(name: str) -> bool:
    """Whether this names a file rather than a segmentation.

    >>> is_file_name("segments.csv"), is_file_name("behaviour")
    (True, False)
    """
    return Path(name).suffix.lower() in PARQUET | CSV


def list_segmentations(case: Case, system: System) -> Sequence[Segmentation]:
    """Return the segmentations of the system; empty if it offers none."""
    return system.segmentations(case) if isinstance(system, Segmented) else ()


def load_segments(
    case: Case, system: System, dataset: Callable[[], Dataset], *, name: str, until: int
) -> Mapping[str, str]:
    """Return unit to segment at a moment.

    Args:
        case: the case; paths are relative to its folder.
        system: the system, which may offer segmentations.
        dataset: reads the data if the segmentation needs it.
        name: the name of a segmentation or a file, as under ``[experiment]``.
        until: only data before this moment is used, microseconds UTC.

    Raises:
        CaseFileError: there is no such segmentation.
        DataError: the file is missing or cannot be used; it names column and row.
        NotIdentifiable: there are fewer than two segments.
    """
    if is_file_name(name):
        found = _read(require_segment_file(case, name))
    else:
        known = {one.name: one for one in list_segmentations(case, system)}
        if name not in known:
            raise CaseFileError(
                f"{name!r} is no segmentation", key="experiment.segments", mend=f"known: {', '.join(known) or 'none'}"
            )
        found = dict(known[name].segments(dataset(), until))
    if len(set(found.values())) < FEWEST:
        raise NotIdentifiable(
            f"{name} has fewer than {FEWEST} segments",
            why=f"it has {len(found)} units in {len(set(found.values()))} segments",
            mend="give units different segments, or remove `segments` under [experiment]",
        )
    return found


def require_segment_file(case: Case, name: str) -> Path:
    """Return the path of the segment file; raises DataError if it is missing or lacks a column."""
    path = Path(case.folder, name)
    require_columns(read_column_names(path), {"experiment.segments": UNIT}, str(path))
    require_columns(read_column_names(path), {"experiment.segments": SEGMENT}, str(path))
    return path


def _read(path: Path) -> dict[str, str]:
    rows = _read_table(path)
    for column in (UNIT, SEGMENT):
        if rows[column].null_count():
            row = int(rows[column].is_null().arg_max() or 0)
            raise DataError(
                f"a {column} is missing", where=f"{path}, column {column}, row {row + 1}", mend="remove the row"
            )
    twice = rows.select(again=pl.col(UNIT).is_duplicated() & ~pl.col(UNIT).is_first_distinct())["again"]
    if twice.any():
        row = int(twice.arg_max() or 0)
        raise DataError(
            f"unit {rows[UNIT][row]!r} has two rows",
            where=f"{path}, column {UNIT}, row {row + 1}",
            mend="give every unit one segment",
        )
    return dict(rows.iter_rows())


def _read_table(path: Path) -> pl.DataFrame:
    try:
        if path.suffix.lower() in PARQUET:
            rows = pl.read_parquet(path, columns=[UNIT, SEGMENT])
        else:
            separator = "\t" if path.suffix.lower() == ".tsv" else ","
            rows = pl.read_csv(path, columns=[UNIT, SEGMENT], separator=separator, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        first = str(error).partition("\n")[0]
        raise DataError("the file cannot be read", where=str(path), why=first, mend="export it again") from error
    return rows.select(pl.col(UNIT, SEGMENT).cast(pl.String))
