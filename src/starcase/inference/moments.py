"""Means and covariances of columns, in one pass, mergeable, and exact where sums of squares cancel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError, NotComparable, NotIdentifiable

FloatArray = npt.NDArray[np.float64]
CHUNK_BYTES = 2_000_000
ROUNDING = 1e-15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Count, means and covariances of some columns.

    Moments of two shards are added with ``+``: shards, replays and live streams share this one form. Means are kept as
    an origin and a small offset from it, so that a difference of two means keeps its digits at any scale.

    Args:
        names: names of the k columns.
        n: number of rows.
        origin: (k,) a value near the column's mean.
        offset: (k,) the mean less the origin.
        products: (k, k) sums over rows of products of deviations from the mean.

    Source: Chan, Golub & LeVeque (1983), Algorithms for computing the sample variance, Am. Stat. 37 (pairwise update).

    >>> early = Moments.from_columns({"revenue": [1e12 + 1, 1e12 + 2], "orders": [1, 1]})
    >>> both = early + Moments.from_columns({"revenue": [1e12 + 3], "orders": [3]})
    >>> both.n, both.variance("revenue"), both.covariance("revenue", "orders")
    (3, 1.0, 1.0)
    """

    names: tuple[str, ...]
    n: int
    origin: FloatArray = field(repr=False)
    offset: FloatArray = field(repr=False)
    products: FloatArray = field(repr=False)

    def __post_init__(self) -> None:
        for array in (self.origin, self.offset, self.products):
            array.setflags(write=False)

    @classmethod
    def empty(cls, names: Iterable[str]) -> Moments:
        """Return the moments of zero rows."""
        kept = tuple(names)
        k = len(kept)
        return cls(names=kept, n=0, origin=np.zeros(k), offset=np.zeros(k), products=np.zeros((k, k)))

    @classmethod
    def from_columns(cls, columns: Mapping[str, npt.ArrayLike]) -> Moments:
        """Return the moments of columns of equal length, each (n_rows,): floats, integers or booleans.

        Raises:
            DataError: columns differ in length, or a value is NaN or infinite; the row is named.
        """
        arrays = read_columns(columns)
        total = cls.empty(arrays)
        rows = next(iter(arrays.values())).size
        size = max(1_024, CHUNK_BYTES // (8 * (len(arrays) + 1)))
        block = np.empty((len(arrays) + 1, min(size, rows)))
        for start in range(0, rows, size):
            chunk = block[:, : min(size, rows - start)]
            for row, values in zip(chunk, arrays.values(), strict=False):
                row[:] = values[start : start + size]
            total += compute_block_moments(total.names, chunk, range(start, start + chunk.shape[1]))
        return total

    def __add__(self, other: Moments) -> Moments:
        """Return the moments of the rows of both.

        Raises:
            NotComparable: the columns are not the same.
        """
        if self.names != other.names:
            raise NotComparable(
                "moments of different columns cannot be added",
                where=f"{', '.join(self.names)} + {', '.join(other.names)}",
                mend="build both from the same columns in the same order",
            )
        if not self.n or not other.n:
            return self if self.n else other
        n = self.n + other.n
        apart = (other.origin - self.origin) + (other.offset - self.offset)
        return Moments(
            names=self.names,
            n=n,
            origin=self.origin,
            offset=self.offset + apart * (other.n / n),
            products=self.products + other.products + np.outer(apart, apart) * (self.n / n * other.n),
        )

    def add_rows(self, columns: Mapping[str, npt.ArrayLike]) -> Moments:
        """Return the moments with further rows added; the cost depends only on the new rows."""
        return self + Moments.from_columns(columns)

    def index(self, name: str) -> int:
        """Return the position of a column.

        Raises:
            NotComparable: there is no such column.
        """
        if name not in self.names:
            raise NotComparable(f"there is no column {name!r}", why=f"the moments hold {', '.join(self.names)}")
        return self.names.index(name)

    def mean(self, name: str) -> float:
        """The mean of a column.

        Raises:
            NotIdentifiable: there is no row.
        """
        self.need(1)
        place = self.index(name)
        return float(self.origin[place] + self.offset[place])

    def variance(self, name: str) -> float:
        """The unbiased variance of a column."""
        return self.covariance(name, name)

    def covariance(self, first: str, second: str) -> float:
        """The unbiased covariance of two columns.

        Raises:
            NotIdentifiable: there are fewer than two rows.
        """
        return float(self.covariances((first, second))[0, 1])

    def covariances(self, names: Iterable[str]) -> FloatArray:
        """The unbiased covariances of some columns, (k, k).

        Raises:
            NotIdentifiable: there are fewer than two rows.
        """
        self.need(2)
        places = [self.index(name) for name in names]
        return self.products[places][:, places] / (self.n - 1)

    def need(self, rows: int) -> None:
        """Raise NotIdentifiable if there are fewer rows.

        Raises:
            NotIdentifiable: there are fewer.
        """
        if self.n < rows:
            raise NotIdentifiable(
                f"{self.n} rows are too few", why=f"at least {rows} are needed", mend="wait for more units"
            )


def compute_arm_moments(columns: Mapping[str, npt.ArrayLike], arm: npt.ArrayLike, arms: int) -> tuple[Moments, ...]:
    """The moments of each arm, in one pass over the rows.

    Args:
        columns: name to (n_rows,) values.
        arm: (n_rows,) codes 0 .. arms - 1 of the arm a row belongs to.
        arms: number of arms.

    Raises:
        DataError: columns differ in length, a value is not finite, or a code is none.

    >>> control, treatment = compute_arm_moments({"y": [1.0, 5.0, 3.0, 7.0]}, [0, 1, 0, 1], 2)
    >>> control.mean("y"), treatment.mean("y")
    (2.0, 6.0)
    """
    arrays = read_columns(columns)
    codes = np.asarray(arm)
    rows = next(iter(arrays.values())).size
    check_codes(codes, rows, arms)
    totals = [Moments.empty(arrays) for _ in range(arms)]
    size = max(1_024, CHUNK_BYTES // (8 * (len(arrays) + 1)))
    block = np.empty((len(arrays) + 1, min(size, rows)))
    for start in range(0, rows, size):
        chosen = codes[start : start + size]
        for code in range(arms):
            places = np.flatnonzero(chosen == code)
            chunk = block[:, : places.size]
            for row, values in zip(chunk, arrays.values(), strict=False):
                row[:] = values[start : start + size][places]
            totals[code] += compute_block_moments(totals[code].names, chunk, start + places)
    return tuple(totals)


def read_columns(columns: Mapping[str, npt.ArrayLike]) -> dict[str, npt.NDArray[np.generic]]:
    """Columns as arrays of numbers, all of one length.

    Raises:
        DataError: there is no column, one is no row of numbers, or they differ in length.
    """
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    if not arrays:
        raise DataError("moments need at least one column")
    for name, values in arrays.items():
        if values.ndim != 1 or values.dtype.kind not in "fiub":
            raise DataError(
                "a column is one row of numbers", where=name, why=f"shape {values.shape}, type {values.dtype}"
            )
    sizes = {name: values.size for name, values in arrays.items()}
    if len(set(sizes.values())) > 1:
        raise DataError("columns differ in length", where=", ".join(f"{name}: {size}" for name, size in sizes.items()))
    return arrays


def check_codes(codes: npt.NDArray[np.generic], rows: int, arms: int) -> None:
    """Check that each row has a valid arm code.

    Raises:
        DataError: there is not one code a row, or a code is none of 0 .. arms - 1.
    """
    if codes.shape != (rows,) or codes.dtype.kind not in "iub":
        raise DataError("each row needs one arm code", why=f"{rows} rows, codes {codes.shape} of {codes.dtype}")
    if rows and not (int(codes.min()) >= 0 and int(codes.max()) < arms):
        raise DataError(
            "a row belongs to no arm", why=f"codes run from {codes.min()} to {codes.max()}, arms are {arms}"
        )


def compute_block_moments(names: tuple[str, ...], block: FloatArray, rows: range | npt.NDArray[np.int64]) -> Moments:
    """The moments of a block (k + 1, n_rows), which it overwrites; the last line is room for ones.

    Deviations are taken from the block's own rounded mean; what rounding left over is measured and taken out,
    so that a constant column varies by exactly nothing.

    Raises:
        DataError: a value is not finite or too large to be squared; it is named by ``rows``.
    """
    n = block.shape[1]
    if not n:
        return Moments.empty(names)
    with np.errstate(invalid="ignore", over="ignore"):
        origin = block[:-1].mean(axis=1)
        if not np.isfinite(origin).all():
            raise_bad_value(names, block[:-1], rows)
        block[:-1] -= origin[:, None]
        block[-1] = 1.0
        squares = block @ block.T
    if not np.isfinite(squares).all():
        raise_bad_value(names, block[:-1] + origin[:, None], rows)
    left = squares[-1, :-1] / n
    return Moments(names=names, n=n, origin=origin, offset=left, products=squares[:-1, :-1] - n * np.outer(left, left))


def raise_bad_value(names: tuple[str, ...], values: FloatArray, rows: range | npt.NDArray[np.int64]) -> None:
    """Name the first value that is NaN or infinite, or else the largest.

    Raises:
        DataError: always.
    """
    bad = np.argwhere(~np.isfinite(values))
    column, row = bad[0] if bad.size else np.unravel_index(np.abs(values).argmax(), values.shape)
    raise DataError(
        "a value is not a finite number" if bad.size else "a value is too large to be squared",
        where=f"column {names[column]}, row {rows[row]}",
        why=f"it is {values[column, row]:g}",
        mend="leave out units whose outcome is not known yet, and say how many there are" if bad.size else "rescale it",
    )
