"""Sums by unit and stage, bit-identical for every batching of the rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError
from starcase.inference.finite_values import require_finite

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
FIRST = 1_024


class UnitSums:
    """An accumulator of column sums for each unit and stage, from rows in batches.

    Units are numbered as they first come and rows are added one after the other, so that nothing depends on how they
    were batched: a process that was killed and reads everything again comes to the same bits.

    Args:
        columns: how many columns are summed.

    >>> sums = UnitSums(1)
    >>> sums.add(["a", "b", "a"], np.array([0, 0, 1]), np.array([[1.0], [2.0], [4.0]]))
    >>> sums.units, sums.totals(2)[..., 0].tolist()
    (2, [[1.0, 4.0], [2.0, 0.0]])
    """

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._place: dict[str, int] = {}
        self._sums = np.zeros((FIRST, 1, columns))

    @property
    def units(self) -> int:
        """The number of units so far."""
        return len(self._place)

    @property
    def names(self) -> tuple[str, ...]:
        """The units in the order of their first row."""
        return tuple(self._place)

    def places(self, units: Sequence[str]) -> IntArray:
        """Return the index of each unit; new units get the next index."""
        place = self._place
        return np.array([place.setdefault(unit, len(place)) for unit in units], dtype=np.int64)

    def add(self, units: Sequence[str], stages: IntArray, values: FloatArray) -> None:
        """Add n rows.

        Args:
            units: (n,) the unit of each row.
            stages: (n,) which stage it belongs to, from 0.
            values: (n, columns) finite values.

        Raises:
            DataError: a value is not finite, a stage is negative, or shapes differ; nothing is taken in then.
        """
        if values.shape != (len(units), self._columns) or stages.shape != (len(units),):
            raise DataError(
                f"each row needs a unit, a stage and {self._columns} values",
                where=f"{len(units)} units, {stages.shape} stages, {values.shape} values",
            )
        require_finite(values, "a value")
        if not len(units):
            return
        if stages.min() < 0:
            raise DataError("a stage is negative", where=f"row {int(stages.argmin())}")
        places = self.places(units)
        self._grow(int(stages.max()) + 1)
        np.add.at(self._sums, (places, stages), values)

    def totals(self, stages: int) -> FloatArray:
        """The sums, (units, stages, columns); zero where a unit has no row."""
        self._grow(stages)
        return self._sums[: self.units, :stages]

    def _grow(self, stages: int) -> None:
        rows, had, _ = self._sums.shape
        if self.units <= rows and stages <= had:
            return
        grown = np.zeros((max(rows, 2 * self.units), max(had, stages), self._columns))
        grown[:rows, :had] = self._sums
        self._sums = grown
