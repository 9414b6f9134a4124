"""The segment of each unit, frozen when an experiment is planned."""

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
    """The segment of each unit; a unit unknown at the plan belongs to ``LATER``.

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
        """The hash of every unit and its segment, independent of their order."""
        return sha256(msgspec.json.encode(sorted(self.of.items()))).hexdigest()

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Units in each segment, by name; those that come later last."""
        return dict(sorted(Counter(self.of.values()).items())) | {LATER: 0}


class SegmentMembershipStore:
    """The segment memberships of a case's experiments, each stored in a file named by its hash.

    Args:
        folder: where they are kept; created with the first one.
        named: what divides units from the next plan on; nothing when empty.
        told: unit to segment, for a segmentation at a moment.
    """

    def __init__(self, folder: Path, named: str, told: Told) -> None:
        self._folder, self._named, self._told = folder, named, told

    def draft(self, at: int) -> SegmentMembership | None:
        """Draft the membership at a moment, microseconds UTC; None if units are not segmented."""
        return self._assign_units(self._named, at) if self._named else None

    def freeze(self, at: int) -> SegmentMembership | None:
        """Draft the membership and store it."""
        assignment = self.draft(at)
        if assignment is not None:
            self._save(assignment)
        return assignment

    def select(self, plan: PlanRecord, at: int) -> SegmentMembership | None:
        """Return the segment membership that an experiment's readings use.

        That is what its plan has frozen. Where the plan divides nothing and the case does now, it is exploratory; it
        knows no more than was known at the plan's moment ``at``.

        Raises:
            DataError: the frozen file is gone, or is not what the plan's hash says.
        """
        if plan.segmentation:
            return self._load_frozen(plan)
        return self.draft_exploratory(self._named, at) if self._named else None

    def draft_exploratory(self, named: str, at: int) -> SegmentMembership:
        """Draft an unplanned segmentation at a moment."""
        found = self._assign_units(named, at)
        return SegmentMembership(found.segmentation, found.of, exploratory=True)

    def _assign_units(self, named: str, at: int) -> SegmentMembership:
        of = self._told(named, at)
        if LATER in of.values():
            raise DataError(
                f"a segment is called {LATER!r}",
                where=named,
                mend="rename it; that name is reserved for units that are in no segment",
            )
        return SegmentMembership(named, of)

    def _save(self, assignment: SegmentMembership) -> None:
        """Write the file atomically."""
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
            raise _build_read_error(plan, path, "its hash is not the one in the plan")
        return found

    def _build_path(self, digest: str) -> Path:
        return self._folder / f"{digest}.parquet"


def _build_read_error(plan: PlanRecord, path: Path, why: str) -> DataError:
    return DataError(
        f"the frozen segments of {plan.experiment} cannot be read",
        where=str(path),
        why=why,
        mend="restore the file from a copy; segments are not assigned again while an experiment runs",
    )
