"""Who serves whom: an immutable plan, replaced as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from starcase.decide.assignment import BUCKETS
from starcase.decide.clearance import Clearance
from starcase.errors import GateNotPassed

Stage = Literal["champion", "shadow", "canary"]


@dataclass(frozen=True, slots=True)
class Arm:
    """A name units are assigned to, and the model that answers for it.

    Args:
        name: the candidate's name.
        model: hash of the model's artefact.
        buckets: how many of the ``BUCKETS`` buckets it serves.
    """

    name: str
    model: str
    buckets: int

    @property
    def share(self) -> float:
        """The share of units, 0 to 1: the propensity of an assignment."""
        return self.buckets / BUCKETS


@dataclass(frozen=True)
class Plan:
    """One champion, at most one challenger with a share of units, any number of shadows.

    The challenger holds the lowest buckets, so that a wider share only adds units.

    >>> plan = Plan(case="cards", version=1, salt="cards/1", champion=Arm("logistic", "c0ffee", BUCKETS))
    >>> plan.arm_of(17).name, plan.stage
    ('logistic', 'champion')
    """

    case: str
    version: int
    salt: str
    champion: Arm
    challenger: Arm | None = None
    shadows: tuple[Arm, ...] = ()
    clearance: Clearance | None = None

    def __post_init__(self) -> None:
        served = self.champion.buckets + (self.challenger.buckets if self.challenger else 0)
        if served != BUCKETS or min(self.champion.buckets, *(a.buckets for a in self._arms)) < 0:
            raise ValueError(f"the arms serve {served} of {BUCKETS} buckets")
        if self.challenger and self.challenger.buckets and not self._cleared(self.challenger):
            raise GateNotPassed(
                f"{self.challenger.name} has no clearance for model {self.challenger.model[:12]}",
                mend="run `starcase gate`, or record a waiver with `starcase waive`",
            )

    @property
    def _arms(self) -> tuple[Arm, ...]:
        return (self.champion, self.challenger) if self.challenger else (self.champion,)

    def _cleared(self, arm: Arm) -> bool:
        return self.clearance is not None and self.clearance.model == arm.model

    @cached_property
    def stage(self) -> Stage:
        """What the plan does with its challenger."""
        if self.challenger and self.challenger.buckets:
            return "canary"
        return "shadow" if self.shadows else "champion"

    def arm_of(self, bucket: int) -> Arm:
        """The arm that serves a bucket."""
        if self.challenger is not None and bucket < self.challenger.buckets:
            return self.challenger
        return self.champion

    def with_share(self, challenger: Arm, share: float, clearance: Clearance, *, version: int) -> Plan:
        """The plan in which ``challenger`` serves ``share`` of the units; raises GateNotPassed without clearance."""
        buckets = round(share * BUCKETS)
        return replace(
            self,
            version=version,
            champion=replace(self.champion, buckets=BUCKETS - buckets),
            challenger=replace(challenger, buckets=buckets),
            shadows=(),
            clearance=clearance,
        )

    def alone(self, champion: Arm, *, version: int, shadows: tuple[Arm, ...] = ()) -> Plan:
        """The plan in which ``champion`` serves everybody."""
        return replace(
            self,
            version=version,
            champion=replace(champion, buckets=BUCKETS),
            challenger=None,
            shadows=shadows,
            clearance=None,
        )
