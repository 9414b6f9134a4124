"""The fingerprint of a table, column by column, to which every number of a story refers."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from starcase.errors import DataError
from starcase.evidence.records import ColumnPrint, Fingerprint


def compute_fingerprint(frame: pl.DataFrame, *, path: str) -> Fingerprint:
    """Return type, nulls and a hash of the content of each column, and one hash over all columns.

    The hash depends only on the values and their order: not on the chunks of the table, on the bytes under a null, or
    on the order in which categories were first seen.

    Args:
        frame: (n_rows, n_columns).
        path: the file of the table, for the record.

    Raises:
        DataError: a column holds Python objects, which cannot be hashed by content.

    >>> one = compute_fingerprint(pl.DataFrame({"x": [1, 2, None]}), path="a.csv")
    >>> one.rows, one.columns[0].nulls, len(one.sha256)
    (3, 1, 64)
    """
    columns = tuple(_hash_column(series) for series in frame.iter_columns())
    whole = hashlib.sha256(str(frame.height).encode())
    for column in columns:
        whole.update(repr((column.name, column.dtype, column.nulls, column.sha256)).encode())
    return Fingerprint(path=path, rows=frame.height, columns=columns, sha256=whole.hexdigest())


def _hash_column(series: pl.Series) -> ColumnPrint:
    digest = hashlib.sha256()
    _update_digest(digest, series)
    return ColumnPrint(name=series.name, dtype=str(series.dtype), nulls=series.null_count(), sha256=digest.hexdigest())


def _update_digest(digest: hashlib._Hash, series: pl.Series) -> None:
    """Hash the length, the positions of nulls, then the values with nulls replaced by 0 or empty text."""
    kind = series.dtype
    digest.update(len(series).to_bytes(8, "little"))
    digest.update(np.packbits(series.is_null().to_numpy()).tobytes())
    if isinstance(kind, pl.Struct):
        for part in series.struct.unnest().iter_columns():
            digest.update(part.name.encode())
            _update_digest(digest, part)
    elif isinstance(kind, pl.Array):
        _update_digest(digest, series.cast(pl.List(kind.inner)))
    elif isinstance(kind, pl.List):
        digest.update(_encode_numbers(series.list.len().fill_null(0).cast(pl.UInt64)))
        _update_digest(digest, series.filter(series.list.len() > 0).explode())
    else:
        _hash_flat_values(digest, series)


def _hash_flat_values(digest: hashlib._Hash, series: pl.Series) -> None:
    kind = series.dtype
    if isinstance(kind, pl.Object):
        raise DataError(f"the column {series.name!r} holds Python objects", mend="store plain values or text")
    if isinstance(kind, pl.Null):
        return
    if isinstance(kind, pl.Binary):
        series = series.bin.encode("hex")
    elif isinstance(kind, pl.Boolean):
        series = series.cast(pl.UInt8)
    elif not (kind.is_integer() or kind.is_float() or kind.is_temporal()) or kind in {pl.Int128, pl.UInt128}:
        series = series.cast(pl.String)
    if series.dtype == pl.String:
        series = series.fill_null("")
        digest.update(_encode_numbers(series.str.len_bytes().cast(pl.UInt64)))
        digest.update("".join(series.to_list()).encode())
    else:
        digest.update(_encode_numbers(series.to_physical().fill_null(0)))


def _encode_numbers(series: pl.Series) -> bytes:
    """Return the values as little-endian bytes; every NaN gives the same bytes."""
    values = series.to_numpy()
    if values.dtype.kind == "f" and np.isnan(values).any():
        values = np.where(np.isnan(values), np.array(np.nan, dtype=values.dtype), values)
    return np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<"), copy=False)).tobytes()
