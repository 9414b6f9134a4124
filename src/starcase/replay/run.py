"""History as live traffic: the same kernel, the same log, the same controller, another clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Protocol

from starcase.case.clock import SimulatedClock
from starcase.case.model import Model
from starcase.case.system import Environment
from starcase.decide import Decision, Plan, Router, served
from starcase.evidence import DecisionLog, Outcome, Served

BATCH = 500


class Pilot(Protocol):
    """Who steers while traffic flows: hands out the plan, watches decisions, looks when it is time."""

    @property
    def plan(self) -> Plan:
        """The plan in force."""
        ...

    @property
    def models(self) -> Mapping[str, Model]:
        """Loaded models by artefact hash; holds every arm of the plan."""
        ...

    def observe(self, decision: Decision, latency_us: float) -> bool:
        """Take note of a decision; True asks for a look at once."""
        ...

    def due(self, at: int) -> bool:
        """Whether a look is due at ``at``, microseconds UTC."""
        ...

    def look(self, at: int) -> None:
        """Look at what the log holds by ``at``; the plan may be another one afterwards."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay served: counts, and the moment it ended, microseconds UTC."""

    decisions: int
    outcomes: int
    until: int


@dataclass(slots=True)
class _Traffic:
    """What has been served and not yet written, and what has turned out and not yet become known."""

    log: DecisionLog
    written: list[Served] = field(default_factory=list)
    pending: list[tuple[int, str, Outcome]] = field(default_factory=list)
    decisions: int = 0
    outcomes: int = 0

    def serve(self, one: Served) -> None:
        self.written.append(one)
        self.decisions += 1

    def expect(self, outcome: Outcome) -> None:
        heappush(self.pending, (outcome.at, outcome.decision, outcome))

    def commit(self, at: int) -> None:
        """Write everything served so far, and every outcome known by ``at``."""
        self.log.append(self.written)
        self.written.clear()
        known = []
        while self.pending and self.pending[0][0] <= at:
            known.append(heappop(self.pending)[2])
        self.log.outcomes(known)
        self.outcomes += len(known)


def run(
    environment: Environment,
    pilot: Pilot,
    log: DecisionLog,
    clock: SimulatedClock,
    *,
    since: int,
    until: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Replayed:
    """Serve ``[since, until)`` of history in event time.

    Decisions are committed in batches, and always before the pilot looks, so that every step rests on what the log
    holds; outcomes reach the log at their own time. Running the same span again changes nothing: decisions and outcomes
    are idempotent by id.

    Args:
        environment: gives requests and what becomes of them.
        pilot: gives the plan and steers.
        log: takes decisions and outcomes.
        clock: is moved along with the traffic.
        since: first moment, microseconds UTC.
        until: last moment, excluded.
        progress: told the number of decisions at every commit.
    """
    router, traffic = Router(), _Traffic(log)
    for request in environment.arrivals(since, until):
        if traffic.written and pilot.due(request.at):
            traffic.commit(request.at)
            clock.move_to(request.at)
            pilot.look(request.at)
        started = time.perf_counter_ns()
        decision = router.decide(pilot.plan, request, pilot.models)
        latency_us = (time.perf_counter_ns() - started) / 1000
        traffic.serve(served(decision, request, latency_us=latency_us))
        outcome = environment.outcome(request, decision.answer)
        if outcome is not None:
            traffic.expect(outcome)
        urgent = pilot.observe(decision, latency_us)
        if urgent or len(traffic.written) >= BATCH:
            traffic.commit(request.at)
            progress(traffic.decisions)
        if urgent:
            clock.move_to(request.at)
            pilot.look(request.at)
    traffic.commit(until)
    clock.move_to(until)
    pilot.look(until)
    progress(traffic.decisions)
    return Replayed(decisions=traffic.decisions, outcomes=traffic.outcomes, until=until)
