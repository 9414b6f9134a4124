"""Which segment each unit belongs to, frozen when an experiment is planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import msgspec
import polars as pl

from starcase.errors import DataError
from starcase.evidence.records import PlanRecord

LATER = "came after the plan"
Told = Callable[[str, int], Mapping[str, str]]


@dataclass(frozen=True)
class Assignment:
    """Units in segments; a unit that was not known then belongs to ``LATER``.

    Args:
        segmentation: what divides them, in the words of case.toml.
        of: unit to segment.
        exploratory: whether it was named after units had met the challenger.

    >>> Assignment("plan", {"u1": "paying", "u2": "free", "u3": "free"}).sizes
    {'free': 2, 'paying': 1, 'came after the plan': 0}
    """

    segmentation: str
    of: Mapping[str, str]
    exploratory: bool = False

    @cached_property
    def sha256(self) -> str:
        """The hash of every unit and its segment, in whatever order they came."""
        return sha256(msgspec.json.encode(sorted(self.of.items()))).hexdigest()

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Units in each segment, by name; those that come later last."""
        return dict(sorted(Counter(self.of.values()).items())) | {LATER: 0}


class Assignments:
    """The assignments of a case's experiments, each kept as a file that its hash names.

    Args:
        folder: where they are kept; created with the first one.
        named: what divides units from the next plan on; nothing when empty.
        told: unit to segment, for a segmentation at a moment.
    """

    def __init__(self, folder: Path, named: str, told: Told) -> None:
        self._folder, self._named, self._told = folder, named, told

    def draft(self, at: int) -> Assignment | None:
        """What would be frozen at a moment, microseconds UTC; None where nothing divides units."""
        return self._of(self._named, at) if self._named else None

    def freeze(self, at: int) -> Assignment | None:
        """The same, kept."""
        assignment = self.draft(at)
        if assignment is not None:
            self._keep(assignment)
        return assignment

    def of(self, plan: PlanRecord, at: int) -> Assignment | None:
        """What an experiment's readings divide units by.

        That is what its plan has frozen. Where the plan divides nothing and the case does now, it is exploratory; it
        knows no more than was known at the plan's moment ``at``.

        Raises:
            DataError: the frozen file is gone, or is not what the plan's hash says.
        """
        if plan.segmentation:
            return self._kept(plan)
        return self.afterwards(self._named, at) if self._named else None

    def afterwards(self, named: str, at: int) -> Assignment:
        """A segmentation that was not planned, as it would have been at a moment."""
        found = self._of(named, at)
        return Assignment(found.segmentation, found.of, exploratory=True)

    def _of(self, named: str, at: int) -> Assignment:
        of = self._told(named, at)
        if LATER in of.values():
            raise DataError(
                f"a segment is called {LATER!r}", where=named, mend="that name is kept for units no segment knows"
            )
        return Assignment(named, of)

    def _keep(self, assignment: Assignment) -> None:
        """The file appears whole or not at all."""
        path = self._path(assignment.sha256)
        if path.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        units = pl.DataFrame(
            sorted(assignment.of.items()), schema={"unit": pl.String, "segment": pl.String}, orient="row"
        )
        units.write_parquet(path.with_suffix(".writing"))
        path.with_suffix(".writing").replace(path)

    def _kept(self, plan: PlanRecord) -> Assignment:
        path = self._path(plan.assignment)
        try:
            found = Assignment(plan.segmentation, dict(pl.read_parquet(path).iter_rows()))
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _lost(plan, path, str(error).partition("\n")[0]) from error
        if found.sha256 != plan.assignment:
            raise _lost(plan, path, "it is not what the plan's hash says")
        return found

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}.parquet"


def _lost(plan: PlanRecord, path: Path, why: str) -> DataError:
    return DataError(
        f"the segments of {plan.experiment} cannot be read as they were frozen",
        where=str(path),
        why=why,
        mend="restore the file from a copy; segments are not made anew while an experiment runs",
    )
