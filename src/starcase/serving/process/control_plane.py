"""Outcomes, promotions and rollbacks over HTTP: what writes to the ledger and the decision log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starcase.decide import Arm, ServingPlan
from starcase.errors import GateNotPassed, RolloutError
from starcase.evidence import DecisionLog, Entry, Ledger, Outcome, OutcomeCounts
from starcase.serving.models.model_cache import Load
from starcase.stages.rollout import Rollout
from starcase.tables.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResources:
    """The ledger, log, rollout and models of a case, opened in the process that uses them.

    Args:
        case: name of the case.
        ledger: the case's ledger, opened for a person or program by name.
        log: the case's decision log.
        rollout: the rollout of a ledger.
        load: the model of (candidate, hash), every byte checked.
        clock: the present.
        load_champion: the same for a serving model, even if its environment has changed; ``load`` by default.
    """

    case: str
    ledger: Callable[[str], Ledger]
    log: DecisionLog
    rollout: Callable[[Ledger], Rollout]
    load: Load
    clock: Clock
    load_champion: Load | None = None


def load_plan_in_force(materials: CaseResources, ledger: Ledger) -> ServingPlan:
    """Load the newest plan; the clearance of an exposed challenger is proved again from the ledger.

    Where it is no longer valid, the champion serves all units until the challenger is taken out.

    Raises:
        RolloutError: no champion serves yet.
    """
    rollout = materials.rollout(ledger)
    state = rollout.state
    if state.stage != "canary":
        return rollout.plan(materials.case)
    try:
        clearance = rollout.prove_clearance(state.since)
    except GateNotPassed:
        return rollout.build_champion_plan(materials.case)
    return rollout.plan(materials.case, clearance)


class LedgerControlPlane:
    """Writes outcomes to the log and steps to the ledger; each step is a compare-and-set on the plan version.

    Args:
        materials: the case's.
        check: loads an arm's model from the disk and has it answer its golden requests; raises ArtefactError.
    """

    def __init__(self, materials: CaseResources, check: Callable[[Arm], None]) -> None:
        self._materials = materials
        self._check = check

    def now(self) -> int:
        """The present, microseconds UTC."""
        return self._materials.clock.now()

    def record_outcomes(self, outcomes: list[Outcome]) -> OutcomeCounts:
        """Record outcomes and return the change of the counts."""
        return self._materials.log.outcomes(outcomes)

    def step(self, verb: str, who: str, why: str, version: int | None) -> Entry:
        """Promote the challenger, or roll back.

        Raises:
            RolloutError: the rollout's state does not allow it, or another plan is in force than the one seen.
            GateNotPassed: the challenger has no clearance.
            LedgerConflict: another step was taken at the same moment.
            ArtefactError: the model that would serve cannot be loaded, or fails its golden requests.
        """
        with self._materials.ledger(who) as ledger:
            rollout = self._materials.rollout(ledger)
            state = rollout.state
            if version not in (None, state.version):
                raise RolloutError(
                    f"version {state.version} is in force, not {version}", mend="look at the state and ask again"
                )
            now = self.now()
            if verb == "rollback":
                return rollout.rollback(at=now, why=why)
            if not state.challenger:
                raise RolloutError("no challenger is being tried out")
            clearance = rollout.prove_clearance(now)
            self._check(Arm(state.challenger, state.challenger_model))
            return rollout.promote(clearance, at=now, why=why)
