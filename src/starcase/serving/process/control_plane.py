"""What reaches the ledger and the decision log over HTTP: outcomes, promotions, rollbacks."""

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
    """What a case brings to its gateway, opened in the process that uses it.

    Args:
        case: name of the case.
        ledger: the case's ledger, opened for a person or program by name.
        log: the case's decision log.
        rollout: where the rollout stands, from a ledger.
        load: the model of (candidate, hash), every byte checked.
        clock: the present.
        load_champion: the same for a model that serves, whatever has changed around it; ``load`` by default.
    """

    case: str
    ledger: Callable[[str], Ledger]
    log: DecisionLog
    rollout: Callable[[Ledger], Rollout]
    load: Load
    clock: Clock
    load_champion: Load | None = None


def load_plan_in_force(materials: CaseResources, ledger: Ledger) -> ServingPlan:
    """The newest plan; an exposed challenger's clearance is made from the ledger anew.

    Where that no longer holds, the champion serves everybody until the challenger is taken out.

    Raises:
        RolloutError: nobody serves yet.
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
    """Takes outcomes into the log and steps into the ledger; each step is compared and set by its version.

    Args:
        materials: the case's.
        check: loads an arm's model from the disk and has it answer its golden rows; raises ArtefactError.
    """

    def __init__(self, materials: CaseResources, check: Callable[[Arm], None]) -> None:
        self._materials = materials
        self._check = check

    def now(self) -> int:
        """The present, microseconds UTC."""
        return self._materials.clock.now()

    def record_outcomes(self, outcomes: list[Outcome]) -> OutcomeCounts:
        """Keep outcomes, and say by how much they moved the counts."""
        return self._materials.log.outcomes(outcomes)

    def step(self, verb: str, who: str, why: str, version: int | None) -> Entry:
        """Promote the challenger, or roll back.

        Raises:
            RolloutError: the rollout's state does not allow it, or another plan is in force than the one seen.
            GateNotPassed: the challenger has no clearance.
            LedgerConflict: somebody else took a step in this moment.
            ArtefactError: the model that would serve cannot be loaded, or answers otherwise than it did.
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
