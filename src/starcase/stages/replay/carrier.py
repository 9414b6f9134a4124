"""Protocols of a replay: the controller that steers it and the carrier of its requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from starcase.contract.model import Model
from starcase.contract.request import Request
from starcase.decide import Decision, ServingPlan


class PlanController(Protocol):
    """Controls a replay: gives the plan, observes decisions, and looks when a look is due."""

    @property
    def plan(self) -> ServingPlan:
        """The plan in force."""
        ...

    @property
    def models(self) -> Mapping[str, Model]:
        """Loaded models by artefact hash; holds every arm of the plan."""
        ...

    def observe(self, decision: Decision, latency_us: float) -> bool:
        """Record a decision; True requests a look at once."""
        ...

    def is_due(self, at: int) -> bool:
        """Return whether a look is due at ``at``, microseconds UTC."""
        ...

    def look(self, at: int) -> None:
        """Look at the log up to ``at``; the plan may change."""
        ...


class Carrier(Protocol):
    """Carries requests to the decision kernel: ``decide.Router`` in this process, or a gateway over HTTP."""

    def decide(self, plan: ServingPlan, request: Request, models: Mapping[str, Model]) -> Decision:
        """Return the decision for one request under this plan."""
        ...


@runtime_checkable
class BatchCarrier(Protocol):
    """A carrier that handles many requests at once at little more than the cost of one."""

    @property
    def most(self) -> int:
        """The maximum number at once."""
        ...

    def decide_all(self, plan: ServingPlan, requests: Sequence[Request]) -> Sequence[Decision]:
        """Return the decisions for these requests, in order, all under this plan."""
        ...
