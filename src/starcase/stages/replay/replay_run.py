"""The replay loop: history as live traffic with the kernel, log and controller of serving and a simulated clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from starcase.contract.model import OnlineModel
from starcase.contract.request import Request
from starcase.contract.system import Environment, ExogenousEnvironment
from starcase.decide import Decision, Router, flatten_decision, restore_decision
from starcase.evidence import DecisionLog
from starcase.stages.replay.carrier import BatchCarrier, Carrier, PlanController
from starcase.stages.replay.garbage_collection import limit_garbage_collection
from starcase.stages.replay.traffic import BATCH, ServedCursor, Traffic
from starcase.tables.clock import SimulatedClock

TOLD = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """The result of a replay: counts, and the moment it ended, microseconds UTC."""

    decisions: int
    outcomes: int
    until: int


@limit_garbage_collection()
def run(
    environment: Environment,
    pilot: PlanController,
    log: DecisionLog,
    clock: SimulatedClock,
    *,
    since: int,
    until: int,
    after: int | None = None,
    heard: int | None = None,
    carrier: Carrier | None = None,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> ReplayResult:
    """Serve ``[since, until)`` of history in event time.

    Decisions are committed in batches, and always before the controller looks, so that every step rests on what the log
    holds; outcomes reach the log at their own time. Running the same span again changes nothing: what the log holds
    after ``after`` is taken as served and only the rest is decided, so that a replay cut short comes to the same end.

    Args:
        environment: gives requests and their outcomes.
        pilot: the controller; gives the plan.
        log: takes decisions and outcomes.
        clock: is moved along with the traffic.
        since: first moment, microseconds UTC.
        until: last moment, excluded.
        after: the log's last decision when this replay first began; its present end by default.
        heard: the outcomes of earlier decisions are in the log up to this moment; ``since`` by default.
        carrier: brings requests to the kernel; the kernel itself, in this process, by default.
        progress: called with the moment in event time and the number of decisions, every ``TOLD`` decisions.
    """
    begun = log.last() if after is None else after
    traffic = Traffic(log, environment)
    traffic.recall(begun, since if heard is None else heard, pilot.models)
    course = _ReplayLoop(pilot, traffic, clock, carrier or Router(), ServedCursor(log, begun), progress)
    for request in environment.arrivals(since, until):
        course.receive(request)
    course.finish(until)
    return ReplayResult(decisions=traffic.decisions, outcomes=traffic.outcomes, until=until)


@dataclass(slots=True)
class _ReplayLoop:
    """The queue of requests before a decision; several are batched where the carrier takes many at once."""

    pilot: PlanController
    traffic: Traffic
    clock: SimulatedClock
    carrier: Carrier
    standing: ServedCursor
    progress: Callable[[int, int], None]
    waiting: list[Request] = field(default_factory=list)

    def receive(self, request: Request) -> None:
        """Receive a request: do what is due before it, then decide it or queue it for a batch."""
        due = bool(self.traffic.decisions or self.waiting) and self.pilot.is_due(request.at)
        if due:
            self.serve()
        self.traffic.collect_outcomes(request.at, self.pilot.models)
        if due:
            self.traffic.commit()
            self._look(request.at)
        kept = self.standing.take(request)
        if kept is not None:
            self.traffic.decisions += 1
            self._record_decision(request, restore_decision(kept), kept.latency_us)
            return
        self.waiting.append(request)
        if len(self.waiting) >= self._most:
            self.serve()

    def serve(self) -> None:
        """Decide all queued requests."""
        requests, self.waiting = self.waiting, []
        started = time.perf_counter_ns()
        decisions = self._decide_all(requests)
        latency_us = (time.perf_counter_ns() - started) / 1000 / max(1, len(requests))
        for request, decision in zip(requests, decisions, strict=True):
            self.traffic.serve(flatten_decision(decision, request, latency_us=latency_us))
            self._record_decision(request, decision, latency_us)

    def finish(self, until: int) -> None:
        """End the traffic with a last look."""
        self.serve()
        self.traffic.collect_outcomes(until, self.pilot.models)
        self.traffic.commit()
        self._look(until)
        self.progress(until, self.traffic.decisions)

    @property
    def _most(self) -> int:
        """The batch size: one where the result of a request may affect the next.

        Guards may end a canary at any decision, a model may learn, and a request may know what was answered before it.
        """
        learning = any(isinstance(model, OnlineModel) for model in self.pilot.models.values())
        alone = self.pilot.plan.challenger is None and not learning
        if isinstance(self.carrier, BatchCarrier) and alone and self._foreseen:
            return self.carrier.most
        return 1

    @property
    def _foreseen(self) -> bool:
        environment = self.traffic.environment
        return isinstance(environment, ExogenousEnvironment) and environment.foreseen

    def _decide_all(self, requests: Sequence[Request]) -> Sequence[Decision]:
        plan, models = self.pilot.plan, self.pilot.models
        if isinstance(self.carrier, BatchCarrier) and len(requests) > 1:
            return self.carrier.decide_all(plan, requests)
        return [self.carrier.decide(plan, request, models) for request in requests]

    def _record_decision(self, request: Request, decision: Decision, latency_us: float) -> None:
        self.traffic.expect(request, decision)
        urgent = self.pilot.observe(decision, latency_us)
        if urgent or self.traffic.decisions % BATCH == 0:
            self.traffic.collect_outcomes(request.at, self.pilot.models)
            self.traffic.commit()
        if self.traffic.decisions % TOLD == 0:
            self.progress(request.at, self.traffic.decisions)
        if urgent:
            self._look(request.at)

    def _look(self, at: int) -> None:
        self.clock.move_to(at)
        self.pilot.look(at)
