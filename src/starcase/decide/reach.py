"""The reach of a challenger: a share of the units, of all requests or of some cohorts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starcase.contract.request import Scalar
from starcase.decide.assignment import BUCKETS
from starcase.evidence.records import CohortRecord, ReachRecord, StepRecord

Value = str | int | bool
_SCALAR = (str, int, float, bool)


@dataclass(frozen=True, slots=True)
class Reach:
    """A share of the units, for requests that belong to the cohorts.

    Args:
        buckets: how many of the ``BUCKETS`` buckets, the lowest ones.
        cohorts: features with their values; a request must have one of the values in each; all requests when empty.

    >>> web = Reach.from_share(0.1, {"platform": ["web"]})
    >>> web.has_member({"platform": "web"}), web.has_member({"platform": "tv"}), web.has_member({})
    (True, False, False)
    >>> web.is_within(Reach.from_share(0.1)), Reach.from_share(0.1).is_within(web)
    (True, False)
    """

    buckets: int
    cohorts: tuple[tuple[str, frozenset[Value]], ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.buckets <= BUCKETS:
            raise ValueError(f"{self.buckets} of {BUCKETS} buckets")

    @classmethod
    def from_share(cls, share: float, cohorts: Mapping[str, Iterable[Value]] | None = None) -> Reach:
        """Build the reach of a share of units, 0 to 1, for requests with one of these values in each feature."""
        return cls(
            round(share * BUCKETS), tuple(sorted((name, frozenset(values)) for name, values in (cohorts or {}).items()))
        )

    @property
    def share(self) -> float:
        """The share of units, 0 to 1."""
        return self.buckets / BUCKETS

    @property
    def record(self) -> ReachRecord:
        """Encode the reach as stored in the ledger."""
        cohorts = (CohortRecord(feature=name, values=tuple(sorted(v, key=repr))) for name, v in self.cohorts)
        return ReachRecord(share=self.share, cohorts=tuple(cohorts))

    def has_member(self, features: Mapping[str, Scalar]) -> bool:
        """Return whether a request belongs to the cohorts; one without the feature belongs to none."""
        return all(isinstance(x := features.get(name), _SCALAR) and x in values for name, values in self.cohorts)

    def is_within(self, other: Reach) -> bool:
        """Return whether ``other`` reaches every unit that this reaches."""
        mine = dict(self.cohorts)
        return self.buckets <= other.buckets and all(
            name in mine and mine[name] <= values for name, values in other.cohorts
        )

    def __str__(self) -> str:
        """Describe the reach: ``10 % of the units where platform is tv or web``."""
        where = " and ".join(f"{name} is {' or '.join(sorted(map(str, values)))}" for name, values in self.cohorts)
        return f"{self.share * 100:g} % of the units" + (f" where {where}" if where else "")


def merge_reaches(*reaches: Reach) -> tuple[Reach, ...]:
    """Merge reaches into their union; one that adds no unit is left out.

    >>> [str(reach) for reach in merge_reaches(Reach.from_share(0.1, {"platform": ["web"]}), Reach.from_share(0.2))]
    ['20 % of the units']
    """
    kept: list[Reach] = []
    for reach in reaches:
        if not any(reach.is_within(other) for other in kept):
            kept = [other for other in kept if not other.is_within(reach)] + [reach]
    return tuple(kept)


def decode_reach(record: ReachRecord) -> Reach:
    """Decode a reach stored in the ledger."""
    return Reach.from_share(record.share, {cohort.feature: cohort.values for cohort in record.cohorts})


def decode_reaches(step: StepRecord) -> tuple[Reach, ...]:
    """Decode the challenger's reach after ``step``."""
    if step.reaches:
        return tuple(map(decode_reach, step.reaches))
    return (Reach.from_share(step.share),) if step.share else ()


def encode_reaches(reaches: Iterable[Reach]) -> tuple[ReachRecord, ...]:
    """Encode the reaches that a step stores next to its share; none where that share applies to all requests."""
    kept = tuple(reaches)
    if not any(reach.cohorts for reach in kept):
        return ()
    return tuple(reach.record for reach in kept)


def describe_reaches(reaches: Iterable[Reach]) -> str:
    """Describe the reaches in words; ``nobody`` where there is none."""
    return " and ".join(map(str, reaches)) or "nobody"
