"""History as live traffic: the same kernel, the same log, the same controller, another clock."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Protocol

from starcase.case.clock import SimulatedClock
from starcase.case.model import Learning, Model, Told
from starcase.case.request import Request
from starcase.case.system import Environment, outcomes_of
from starcase.decide import Decision, Plan, Router, decided, served
from starcase.errors import LedgerConflict
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
    environment: Environment
    written: list[Served] = field(default_factory=list)
    pending: list[tuple[int, str, str, str, Told]] = field(default_factory=list)
    heard: list[Outcome] = field(default_factory=list)
    decisions: int = 0
    outcomes: int = 0

    def serve(self, one: Served) -> None:
        self.written.append(one)
        self.decisions += 1

    def expect(self, request: Request, decision: Decision) -> None:
        """Expect what will become of a decision."""
        for outcome in outcomes_of(self.environment, request, decision.answer):
            told = Told(request, decision.answer, outcome)
            heappush(self.pending, (outcome.at, outcome.decision, outcome.name, decision.model, told))

    def recall(self, last: int, heard: int, models: Mapping[str, Model]) -> None:
        """Expect what was served up to decision ``last`` of the log; what had turned out by ``heard`` is in the log."""
        after = 0
        while after < last and (page := self.log.read(after, min(BATCH, last - after))):
            for kept in page:
                self.expect(Request(kept.id, kept.unit, kept.at, kept.features), decided(kept))
            after = page[-1].seq
        self.hear(heard, models)
        self.heard.clear()

    def hear(self, at: int, models: Mapping[str, Model]) -> None:
        """Take note of every outcome known by ``at``; a model that learns is told of its own decisions."""
        while self.pending and self.pending[0][0] <= at:
            _, _, _, model, told = heappop(self.pending)
            self.heard.append(told.outcome)
            learning = models.get(model)
            if isinstance(learning, Learning):
                learning.learn((told,))

    def commit(self) -> None:
        """Write everything served so far, and every outcome heard."""
        self.log.append(self.written)
        self.written.clear()
        self.log.outcomes(self.heard)
        self.outcomes += len(self.heard)
        self.heard.clear()


@dataclass(slots=True)
class _Standing:
    """What an earlier, interrupted run of the same replay has served already, in order."""

    log: DecisionLog
    after: int
    page: deque[Served] = field(default_factory=deque)
    end: bool = False

    def take(self, request: Request) -> Served | None:
        """The decision that stands for ``request``; None from the first request on that was not served."""
        if not self.page and not self.end:
            self.page.extend(self.log.read(self.after, BATCH))
            self.end = not self.page
        if self.end:
            return None
        kept = self.page.popleft()
        if kept.id != request.id:
            raise LedgerConflict(
                f"the log holds decision {kept.id!r} where the history has {request.id!r}",
                where=f"{self.log.path}, decision {kept.seq}",
                why="the data, or what was replayed, is not what it was when this replay began",
                mend="give the case its data back, or begin a case of its own",
            )
        self.after = kept.seq
        return kept


def run(
    environment: Environment,
    pilot: Pilot,
    log: DecisionLog,
    clock: SimulatedClock,
    *,
    since: int,
    until: int,
    after: int | None = None,
    heard: int | None = None,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> Replayed:
    """Serve ``[since, until)`` of history in event time.

    Decisions are committed in batches, and always before the pilot looks, so that every step rests on what the log
    holds; outcomes reach the log at their own time. Running the same span again changes nothing: what the log holds
    after ``after`` is taken as served and only the rest is decided, so that a replay cut short comes to the same end.

    Args:
        environment: gives requests and what becomes of them.
        pilot: gives the plan and steers.
        log: takes decisions and outcomes.
        clock: is moved along with the traffic.
        since: first moment, microseconds UTC.
        until: last moment, excluded.
        after: the log's last decision when this replay first began; its present end by default.
        heard: the outcomes of earlier decisions are in the log up to this moment; ``since`` by default.
        progress: told the moment in event time and the number of decisions at every commit.
    """
    begun = log.last() if after is None else after
    router, traffic, standing = Router(), _Traffic(log, environment), _Standing(log, begun)
    traffic.recall(begun, since if heard is None else heard, pilot.models)
    for request in environment.arrivals(since, until):
        traffic.hear(request.at, pilot.models)
        if traffic.decisions and pilot.due(request.at):
            traffic.commit()
            clock.move_to(request.at)
            pilot.look(request.at)
        kept = standing.take(request)
        if kept is None:
            started = time.perf_counter_ns()
            decision = router.decide(pilot.plan, request, pilot.models)
            latency_us = (time.perf_counter_ns() - started) / 1000
            traffic.serve(served(decision, request, latency_us=latency_us))
        else:
            decision, latency_us = decided(kept), kept.latency_us
            traffic.decisions += 1
        traffic.expect(request, decision)
        urgent = pilot.observe(decision, latency_us)
        if urgent or traffic.decisions % BATCH == 0:
            traffic.hear(request.at, pilot.models)
            traffic.commit()
            progress(request.at, traffic.decisions)
        if urgent:
            clock.move_to(request.at)
            pilot.look(request.at)
    traffic.hear(until, pilot.models)
    traffic.commit()
    clock.move_to(until)
    pilot.look(until)
    progress(until, traffic.decisions)
    return Replayed(decisions=traffic.decisions, outcomes=traffic.outcomes, until=until)
