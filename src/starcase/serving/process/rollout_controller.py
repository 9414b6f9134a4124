"""The rollout controller: follows the decision log, feeds every decision to the guards, takes rollout steps."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from starcase.decide import Clearance, Decision, ServingPlan, restore_decision
from starcase.errors import ArtefactError, GateNotPassed, LedgerConflict, LedgerError, PluginError
from starcase.evidence import Ledger
from starcase.evidence.records import StepRecord
from starcase.serving.http.metrics import ServingMetrics
from starcase.serving.process.control_plane import CaseResources
from starcase.serving.process.settings import Settings
from starcase.serving.process.shutdown import create_stop_event
from starcase.stages.rollout import Rollout, RolloutObservation
from starcase.tables.clock import SECOND

EVERY = 0.25
NICE = 5
AT_ONCE = 2_000
LEAP = 5 * SECOND
Seen = tuple[Decision, float]  # a decision, and the microseconds its answer took


class RolloutDriver(Protocol):
    """The protocol of ``RolloutLoop``, as the controller uses it."""

    clearance: Clearance | None
    rollout: Rollout

    @property
    def plan(self) -> ServingPlan:
        """The plan in force according to its last reading of the ledger."""
        ...

    def observe(self, decision: Decision, latency_us: float) -> bool:
        """Record a decision; True requests a look at once."""
        ...

    def is_due(self, at: int) -> bool:
        """Whether a look is due."""
        ...

    def look(self, at: int) -> None:
        """Take the step that the present observation requires."""
        ...

    def shift_clock(self, by: int) -> None:
        """Account for a clock change of so many microseconds; negative where it was set back."""
        ...


Board = Callable[[Rollout, Clearance | None, Sequence[Seen]], RolloutDriver | None]


class RolloutController:
    """Controls the rollout recorded in the ledger; it may be killed at any moment, and two may run at once.

    Its only memory is the ledger and the log: a new one passes every decision of the rollout to the guards again. A
    step is a compare-and-set on the plan version, so that only one of two controllers takes it.

    Args:
        materials: the case's.
        ledger: where steps are written.
        board: builds the loop of a rollout with guards that have seen all earlier decisions; None where it cannot.
            Raises ArtefactError where the challenger's model cannot be loaded, GateNotPassed where it is exposed
            without clearance.
        steady: seconds of a monotonic clock, used to detect changes of the wall clock.
    """

    def __init__(
        self, materials: CaseResources, ledger: Ledger, board: Board, *, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._materials = materials
        self._ledger = ledger
        self._board = board
        self._pilot: RolloutDriver | None = None
        self._version = -1
        self._after = 0
        self._steady = steady
        self._clocks = (materials.clock.now(), steady())

    def tick(self) -> None:
        """Process the decisions since the last tick.

        Raises:
            LedgerError: the ledger or the log cannot be read or written; nothing was decided, and the next tick tries.
        """
        try:
            self._read_new_decisions()
        except LedgerConflict:  # another step was recorded at the same moment: look again from the new state
            self._version = -1

    def _read_new_decisions(self) -> None:
        last = self._ledger.last(StepRecord, lambda step: step.step != "hold")
        if last is not None and last[1].version != self._version:
            self._load_rollout()
        pilot = self._pilot
        if pilot is None:
            return
        now = self._read_clock(pilot)
        while batch := self._materials.log.read(self._after, AT_ONCE):
            for served in batch:
                self._after = served.seq
                if pilot.observe(restore_decision(served), served.latency_us):
                    self._look(pilot, now)
                    return
        if pilot.is_due(now):
            self._look(pilot, now)

    def _read_clock(self, pilot: RolloutDriver) -> int:
        """Return the present; report a clock change since the last tick to the rollout loop."""
        wall, steady = self._clocks
        self._clocks = now, passed = self._materials.clock.now(), self._steady()
        leapt = now - wall - round((passed - steady) * SECOND)
        if abs(leapt) > LEAP:
            pilot.shift_clock(leapt)
        return now

    def _look(self, pilot: RolloutDriver, now: int) -> None:
        pilot.clearance = self._find_clearance(pilot.rollout)
        pilot.look(now)
        self._version = pilot.rollout.state.version
        if not pilot.rollout.state.challenger:
            self._pilot = None

    def _load_rollout(self) -> None:
        rollout = self._materials.rollout(self._ledger)
        state, log = rollout.state, self._materials.log
        self._version, self._pilot = state.version, None
        if not state.challenger:
            return
        began = min(step.version for _, step in self._ledger.of(StepRecord) if step.rollout == state.rollout)
        first, self._after = log.before(began), log.before(state.version)
        before = log.read(first, self._after - first) if first < self._after else []
        seen = [(restore_decision(served), served.latency_us) for served in before]
        try:
            self._pilot = self._board(rollout, self._find_clearance(rollout), seen)
        except (ArtefactError, PluginError) as error:
            self._remove_challenger(rollout, f"its model cannot be loaded: {error.what}")
        except GateNotPassed:
            self._remove_challenger(rollout)

    def _remove_challenger(self, rollout: Rollout, broken: str = "") -> None:
        """Roll back an exposed challenger; one in shadow serves no units, so it stays until it can be controlled."""
        if rollout.state.stage == "canary":
            sight = RolloutObservation(at=self._materials.clock.now(), broken=broken)
            rollout.look(sight, self._find_clearance(rollout), decisions=0)
            self._version = rollout.state.version

    def _find_clearance(self, rollout: Rollout) -> Clearance | None:
        state = rollout.state
        if not state.challenger:
            return None
        at = state.since if state.stage == "canary" else self._materials.clock.now()
        try:
            return rollout.prove_clearance(at)
        except GateNotPassed:
            return None


def run(materials: CaseResources, settings: Settings, board: Board) -> None:
    """Control the rollout until a stop signal; while ledger or log cannot be reached, hold and log the reason."""
    os.nice(NICE)
    run_controller(materials, settings, board, create_stop_event())


def run_controller(materials: CaseResources, settings: Settings, board: Board, ended: threading.Event) -> None:
    """Tick every ``EVERY`` seconds until ``ended`` is set."""
    counts = ServingMetrics()
    with materials.ledger("controller") as ledger:
        controller = RolloutController(materials, ledger, board)
        while not ended.wait(EVERY):
            try:
                controller.tick()
                counts.gauges["starcase_controller_holds"] = 0.0
            except LedgerError:
                counts.gauges["starcase_controller_holds"] = 1.0
            counts.save_series(settings.counters / "controller-0", "controller")
