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
class SegmentMembership:
    """Units in segments; a unit that was not known then belongs to ``LATER``.

    Args:
        segmentation: what divides them, in the words of case.toml.
        of: unit to segment.
        exploratory: whether it was named after units had met the challenger.

    >>> SegmentMembership("plan", {"u1": "paying", "u2": "free", "u3": "free"}).sizes
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


class SegmentMembershipStore:
    """The assignments of a case's experiments, each kept as a file that its hash names.

    Args:
        folder: where they are kept; created with the first one.
        named: what divides units from the next plan on; nothing when empty.
        told: unit to segment, for a segmentation at a moment.
    """

    def __init__(self, folder: Path, named: str, told: Told) -> None:
        self._folder, self._named, self._told = folder, named, told

    def draft(self, at: int) -> SegmentMembership | None:
        """What would be frozen at a moment, microseconds UTC; None where nothing divides units."""
        return self._assign_units(self._named, at) if self._named else None

    def freeze(self, at: int) -> SegmentMembership | None:
        """The same, kept."""
        assignment = self.draft(at)
        if assignment is not None:
            self._save(assignment)
        return assignment

    def select(self, plan: PlanRecord, at: int) -> SegmentMembership | None:
        """What an experiment's readings divide units by.

        That is what its plan has frozen. Where the plan divides nothing and the case does now, it is exploratory; it
        knows no more than was known at the plan's moment ``at``.

        Raises:
            DataError: the frozen file is gone, or is not what the plan's hash says.
        """
        if plan.segmentation:
            return self._load_frozen(plan)
        return self.draft_exploratory(self._named, at) if self._named else None

    def draft_exploratory(self, named: str, at: int) -> SegmentMembership:
        """A segmentation that was not planned, as it would have been at a moment."""
        found = self._assign_units(named, at)
        return SegmentMembership(found.segmentation, found.of, exploratory=True)

    def _assign_units(self, named: str, at: int) -> SegmentMembership:
        of = self._told(named, at)
        if LATER in of.values():
            raise DataError(
                f"a segment is called {LATER!r}", where=named, mend="that name is kept for units no segment knows"
            )
        return SegmentMembership(named, of)

    def _save(self, assignment: SegmentMembership) -> None:
        """The file appears whole or not at all."""
        path = self._build_path(assignment.sha256)
        if path.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        units = pl.DataFrame(
            sorted(assignment.of.items()), schema={"unit": pl.String, "segment": pl.String}, orient="row"
        )
        units.write_parquet(path.with_suffix(".writing"))
        path.with_suffix(".writing").replace(path)

    def _load_frozen(self, plan: PlanRecord) -> SegmentMembership:
        path = self._build_path(plan.assignment)
        try:
            found = SegmentMembership(plan.segmentation, dict(pl.read_parquet(path).iter_rows()))
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _build_read_error(plan, path, str(error).partition("\n")[0]) from error
        if found.sha256 != plan.assignment:
            raise _build_read_error(plan, path, "it is not what the plan's hash says")
        return found

    def _build_path(self, digest: str) -> Path:
        return self._folder / f"{digest}.parquet"


def _build_read_error(plan: PlanRecord, path: Path, why: str) -> DataError:
    return DataError(
        f"the segments of {plan.experiment} cannot be read as they were frozen",
        where=str(path),
        why=why,
        mend="restore the file from a copy; segments are not made anew while an experiment runs",
    )
