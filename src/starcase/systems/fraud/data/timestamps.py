"""Read the time column as microseconds UTC and check its order."""

from __future__ import annotations

import numpy as np
import polars as pl

from starcase.contract.case_spec import DataSpec
from starcase.tables.data_errors import build_data_error
from starcase.tables.moment import format_moment
from starcase.tables.timestamps import Times, parse_times


def read_timestamps(frame: pl.DataFrame, spec: DataSpec) -> Times:
    """Read the time of each row; further as ``tables.timestamps.parse_times``.

    Raises:
        DataError: a moment is missing or unreadable, can be read in two ways, or is earlier than the row above it.
    """
    found = parse_times(frame[spec.time], spec)
    values = found.at
    back = np.flatnonzero(np.diff(values) < 0)
    if back.size:
        row = int(back[0]) + 1
        raise build_data_error(
            f"the row is out of order: {format_moment(int(values[row]))} follows {format_moment(int(values[row - 1]))}",
            file=spec.path,
            column=spec.time,
            row=row,
            why="history is replayed in one global order of time",
            mend=f"sort the file by {spec.time}" + (f" and {spec.id}" if spec.id else ""),
        )
    return found
