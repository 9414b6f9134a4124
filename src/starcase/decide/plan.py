"""The serving plan: arms and their reach; immutable, replaced as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from starcase.contract.request import Scalar
from starcase.decide.assignment import BUCKETS
from starcase.decide.clearance import Clearance
from starcase.decide.reach import Reach, merge_reaches
from starcase.errors import GateNotPassed

Stage = Literal["champion", "shadow", "canary"]


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm: the name that units are assigned to, and the model that answers for it.

    Args:
        name: the candidate's name, or ``build_arm_name`` of it.
        model: hash of the model.
    """

    name: str
    model: str

    @property
    def candidate(self) -> str:
        """The name of the arm's candidate.

        >>> Arm("lightgbm@c0ffee", "c0ffee99").candidate, Arm("lightgbm", "c0ffee99").candidate
        ('lightgbm', 'lightgbm')
        """
        return self.name.removesuffix(_format_suffix(self.model))


def _format_suffix(model: str) -> str:
    return f"@{model[:6]}"


def build_arm_name(challenger: str, model: str, *, champion: str) -> str:
    """Build the name of a challenger's arm: the candidate's, plus the hash prefix where the champion has that name.

    >>> build_arm_name("lightgbm", "c0ffee99", champion="logistic")
    'lightgbm'
    >>> build_arm_name("lightgbm", "c0ffee99", champion="lightgbm")
    'lightgbm@c0ffee'
    """
    return challenger + _format_suffix(model) if challenger and challenger == champion else challenger


@dataclass(frozen=True)
class ServingPlan:
    """A plan of one champion, at most one challenger with its reach, and any number of shadows.

    Within its reach the challenger holds the lowest buckets, so that a wider share only adds units.

    >>> plan = ServingPlan(case="cards", version=1, salt="cards/1", champion=Arm("logistic", "c0ffee"))
    >>> plan.assign(17, {"amount": 12.5}), plan.stage
    ((Arm(name='logistic', model='c0ffee'), 1.0), 'champion')
    """

    case: str
    version: int
    salt: str
    champion: Arm
    challenger: Arm | None = None
    reaches: tuple[Reach, ...] = ()
    shadows: tuple[Arm, ...] = ()
    clearance: Clearance | None = None

    def __post_init__(self) -> None:
        if self.reaches and self.challenger is None:
            raise ValueError("a plan with a reach needs a challenger")
        if self.challenger and self._exposes and not self._is_cleared(self.challenger):
            raise GateNotPassed(
                f"{self.challenger.name} has no clearance for model {self.challenger.model[:12]}",
                mend="run `starcase gate`, or record a waiver with `starcase waive`",
            )

    @cached_property
    def _exposes(self) -> bool:
        return any(reach.buckets for reach in self.reaches)

    def _is_cleared(self, arm: Arm) -> bool:
        held = self.clearance
        return held is not None and (held.candidate, held.model) == (arm.candidate, arm.model)

    @cached_property
    def stage(self) -> Stage:
        """The stage of the plan: how its challenger is used."""
        if self._exposes:
            return "canary"
        return "shadow" if self.shadows else "champion"

    def assign(self, bucket: int, features: Mapping[str, Scalar]) -> tuple[Arm, float]:
        """Return the arm that serves a request of a unit in ``bucket``, and the probability of that assignment.

        Where a request belongs to several of the cohorts reached, the largest share holds.
        """
        challenger = self.challenger
        if challenger is None:
            return self.champion, 1.0
        reached = max((reach.buckets for reach in self.reaches if reach.has_member(features)), default=0)
        if bucket < reached:
            return challenger, reached / BUCKETS
        return self.champion, (BUCKETS - reached) / BUCKETS

    def expose_challenger(
        self, challenger: Arm, reaches: tuple[Reach, ...], clearance: Clearance, *, version: int
    ) -> ServingPlan:
        """Return the plan in which ``challenger`` serves its reach; raises GateNotPassed without clearance."""
        return replace(
            self,
            version=version,
            challenger=challenger,
            reaches=merge_reaches(*reaches),
            shadows=(),
            clearance=clearance,
        )

    def restrict_to_champion(self, champion: Arm, *, version: int, shadows: tuple[Arm, ...] = ()) -> ServingPlan:
        """Return the plan in which ``champion`` serves all units."""
        return replace(
            self, version=version, champion=champion, challenger=None, reaches=(), shadows=shadows, clearance=None
        )
