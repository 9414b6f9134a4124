"""What a replay is steered by and carried by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from starcase.contract.model import Model
from starcase.contract.request import Request
from starcase.decide import Decision, ServingPlan


class PlanController(Protocol):
    """Who steers while traffic flows: hands out the plan, watches decisions, looks when it is time."""

    @property
    def plan(self) -> ServingPlan:
        """The plan in force."""
        ...

    @property
    def models(self) -> Mapping[str, Model]:
        """Loaded models by artefact hash; holds every arm of the plan."""
        ...

    def observe(self, decision: Decision, latency_us: float) -> bool:
        """Take note of a decision; True asks for a look at once."""
        ...

    def is_due(self, at: int) -> bool:
        """Whether a look is due at ``at``, microseconds UTC."""
        ...

    def look(self, at: int) -> None:
        """Look at what the log holds by ``at``; the plan may be another one afterwards."""
        ...


class Carrier(Protocol):
    """What brings requests to the decision kernel: ``decide.Router`` in this process, a gateway over HTTP."""

    def decide(self, plan: ServingPlan, request: Request, models: Mapping[str, Model]) -> Decision:
        """The decision for one request by this plan."""
        ...


@runtime_checkable
class BatchCarrier(Protocol):
    """A carrier that takes many requests at once for little more than the price of one."""

    @property
    def most(self) -> int:
        """How many at once."""
        ...

    def decide_all(self, plan: ServingPlan, requests: Sequence[Request]) -> Sequence[Decision]:
        """The decisions for these requests, in order, all by this plan."""
        ...
