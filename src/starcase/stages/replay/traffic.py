"""The state of a replay's traffic: unwritten decisions, pending outcomes, and decisions of an earlier run."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from starcase.contract.model import LearningExample, Model, OnlineModel
from starcase.contract.request import Request
from starcase.contract.system import Environment, collect_outcomes
from starcase.decide import Decision, restore_decision
from starcase.errors import LedgerConflict
from starcase.evidence import DecisionLog, Outcome, ServedDecision

PAGE, BATCH = 500, 5_000


@dataclass(slots=True)
class Traffic:
    """Decisions served and not yet written, and outcomes not yet due."""

    log: DecisionLog
    environment: Environment
    written: list[ServedDecision] = field(default_factory=list)
    pending: list[tuple[int, str, str, str, LearningExample]] = field(default_factory=list)
    heard: list[Outcome] = field(default_factory=list)
    decisions: int = 0
    outcomes: int = 0

    def serve(self, one: ServedDecision) -> None:
        """Keep a decision until the next commit."""
        self.written.append(one)
        self.decisions += 1

    def expect(self, request: Request, decision: Decision) -> None:
        """Schedule the outcomes of a decision."""
        for outcome in collect_outcomes(self.environment, request, decision.answer):
            told = LearningExample(request, decision.answer, outcome)
            heappush(self.pending, (outcome.at, outcome.decision, outcome.name, decision.model, told))

    def recall(self, last: int, heard: int, models: Mapping[str, Model]) -> None:
        """Schedule outcomes of decisions up to ``last`` of the log; those known by ``heard`` are already in the log."""
        after = 0
        while after < last and (page := self.log.read(after, min(PAGE, last - after))):
            for kept in page:
                self.expect(Request(kept.id, kept.unit, kept.at, kept.features), restore_decision(kept))
            after = page[-1].seq
        self.collect_outcomes(heard, models)
        self.heard.clear()

    def collect_outcomes(self, at: int, models: Mapping[str, Model]) -> None:
        """Collect every outcome known by ``at``; a learning model gets the outcomes of its own decisions."""
        while self.pending and self.pending[0][0] <= at:
            _, _, _, model, told = heappop(self.pending)
            self.heard.append(told.outcome)
            learning = models.get(model)
            if isinstance(learning, OnlineModel):
                learning.learn((told,))

    def commit(self) -> None:
        """Write all decisions served so far and all outcomes collected."""
        with self.log.open_transaction():
            self.log.append(self.written)
            self.log.outcomes(self.heard)
        self.written.clear()
        self.outcomes += len(self.heard)
        self.heard.clear()


@dataclass(slots=True)
class ServedCursor:
    """The decisions that an earlier, interrupted run of the same replay has already served, in order."""

    log: DecisionLog
    after: int
    page: deque[ServedDecision] = field(default_factory=deque)
    end: bool = False

    def take(self, request: Request) -> ServedDecision | None:
        """Return the recorded decision for ``request``; None from the first request that was not served."""
        if not self.page and not self.end:
            self.page.extend(self.log.read(self.after, PAGE))
            self.end = not self.page
        if self.end:
            return None
        kept = self.page.popleft()
        if kept.id != request.id:
            raise LedgerConflict(
                f"the log has decision {kept.id!r} where the history has request {request.id!r}",
                where=f"{self.log.path}, decision {kept.seq}",
                why="the data or the replayed span has changed since this replay began",
                mend="restore the data of the case, or create a new case for the changed data",
            )
        self.after = kept.seq
        return kept
