"""The loop that drives a rollout while traffic flows: guards at every decision, a look at each interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from starcase.contract.model import Model
from starcase.decide import Clearance, Decision, ServingPlan
from starcase.evidence import Ledger
from starcase.evidence.records import MonitorRecord
from starcase.stages.monitor import Guard, PairedGuard
from starcase.stages.rollout.rollout import Rollout
from starcase.stages.rollout.state_machine import RolloutObservation


class ShadowRunner(Protocol):
    """Answers, in shadow, the decisions in the log that it has not answered yet."""

    def catch_up(self) -> object:
        """Answer all new decisions."""
        ...


Comparison = Callable[[int], RolloutObservation]


@dataclass(slots=True)
class RolloutLoop:
    """Controls the rollout of one challenger over one span of traffic.

    Args:
        case: name of the case.
        rollout: takes the steps and keeps them.
        ledger: takes what the guards saw when one trips.
        models: loaded models by artefact hash.
        guards: fresh guards for this challenger.
        compare: what outcomes say by a moment; its guards and clearance are filled in here.
        clearance: the challenger's, where it has one.
        every: event time between two looks, microseconds.
        followers: shadows, which catch up with the log before each look.
    """

    case: str
    rollout: Rollout
    ledger: Ledger
    models: Mapping[str, Model]
    guards: Sequence[Guard]
    compare: Comparison
    clearance: Clearance | None
    every: int
    followers: Sequence[ShadowRunner] = ()
    plan: ServingPlan = field(init=False)
    _decisions: int = field(init=False, default=0)
    _of_step: int = field(init=False, default=0)
    _next: int | None = field(init=False, default=None)
    _since: int = field(init=False, default=0)
    _leapt: int = field(init=False, default=0)
    _tripped: bool = field(init=False, default=False)
    _paired: list[PairedGuard] = field(init=False)

    def __post_init__(self) -> None:
        self._paired = [guard for guard in self.guards if isinstance(guard, PairedGuard)]
        self.plan = self.rollout.plan(self.case, self.clearance)

    def observe(self, decision: Decision, latency_us: float) -> bool:
        """Count a decision, and pass it to the guards while a challenger serves; True as soon as one trips."""
        self._decisions += 1
        self._since = self._since or decision.at
        challenger = self.plan.challenger
        if challenger is None:
            return False
        before = self._tripped
        if decision.arm == challenger.name:
            self._of_step += 1
            for guard in self.guards:
                self._tripped = guard.observe(decision, latency_us) or self._tripped
        else:
            for paired in self._paired:
                self._tripped = paired.observe_champion(decision, latency_us) or self._tripped
        return self._tripped and not before

    def is_due(self, at: int) -> bool:
        """Return whether ``every`` has passed since the last look, or since the first request."""
        if self._next is None:
            self._next = at + self.every
        return at >= self._next

    def shift_clock(self, by: int) -> None:
        """Account for a clock change of so many microseconds, negative where it was set back: no time has passed."""
        self._leapt += by
        if self._next is not None:
            self._next += by

    def look(self, at: int) -> None:
        """Take the step that guards and outcomes require, and put its plan in force."""
        self._next = at + self.every
        if not self.rollout.state.challenger:
            return
        for follower in self.followers:
            follower.catch_up()
        seen = self.compare(at)
        shadowing = self.rollout.state.stage == "shadow"
        decisions = seen.decisions if shadowing else self._of_step
        sight = replace(seen, at=at, leapt=self._leapt, decisions=decisions)
        if self._tripped:
            tripped, evidence = self._write_monitor_record(at)
            sight = replace(sight, tripped=tripped, because=(*sight.because, evidence))
        if self.rollout.look(sight, self.clearance, decisions=self._decisions) is not None:
            self._of_step = self._leapt = 0
            self.plan = self.rollout.plan(self.case, self.clearance)

    def _write_monitor_record(self, at: int) -> tuple[tuple[str, ...], str]:
        state = self.rollout.state
        readings = tuple(guard.build_reading(state.challenger_arm) for guard in self.guards)
        tripped = tuple(reading.guard for reading in readings if reading.tripped)
        record = MonitorRecord(
            model=state.challenger_model, since=self._since, until=at, readings=readings, tripped=tripped
        )
        entry = self.ledger.append(record, key=f"tripped at version {state.version}", at=at)
        return tripped, entry.id
