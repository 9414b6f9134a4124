"""The rollout of a case: every step is recorded in the ledger, and the state is read from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from starcase.decide import Arm, Clearance, Reach, ServingPlan, encode_reaches, merge_reaches
from starcase.errors import GateNotPassed, RolloutError
from starcase.evidence import Entry, Ledger
from starcase.evidence.records import GateDefinition, StepKind, StepRecord
from starcase.stages.gate import clear, verify_clearance
from starcase.stages.rollout.state import State, apply_step, compute_state
from starcase.stages.rollout.state_machine import EVERYBODY, RolloutObservation, Rules, advance

InForce = Callable[[Ledger], Sequence[GateDefinition]]


class Rollout:
    """Takes the rollout steps of one case; the state continues wherever the ledger is opened again.

    ``held`` says why the last look took no step; empty where it took one.

    Args:
        ledger: the case's ledger.
        rules: how exposure grows.
        salt: separates this case's assignment from every other's.
        in_force: definitions of the gates in force now; a challenger whose gate run lacked one is not exposed.
        version: start from the plan of this version and repeat the steps after it: steps already in the ledger are
            reused, a different one is refused; the latest by default.
    """

    def __init__(
        self, ledger: Ledger, rules: Rules, *, salt: str, in_force: InForce, version: int | None = None
    ) -> None:
        self._ledger = ledger
        self._in_force = in_force
        self._rules = rules
        self._salt = salt
        self._clearance: Clearance | None = None
        self._proof: tuple[Clearance, str] | None = None
        self.held = ""
        self.state: State = compute_state(
            (entry.at, step) for entry, step in ledger.of(StepRecord) if version is None or step.version <= version
        )

    def install(self, champion: str, model: str, *, at: int, because: tuple[str, ...] = ()) -> Entry:
        """Install the first champion; raises RolloutError where one already serves."""
        if self.state.stage != "empty":
            raise RolloutError(
                f"{self.state.champion} serves already",
                mend="try the new model as a challenger, or promote it with `starcase rollout promote`",
            )
        record = self._build_record("install", "", "", champion, model, (), "the incumbent serves")
        return self._append(replace(record, because=because), at=at)

    def shadow(self, challenger: str, model: str, *, at: int, because: tuple[str, ...] = (), why: str = "") -> Entry:
        """Put a challenger in shadow: it answers live requests, and its answers are not served.

        With ``why`` it is a person who does; otherwise it is what a replay was asked for.
        """
        self._require_idle(challenger)
        step = self._build_trial_record("shadow", challenger, model)
        reason = why or "tried out in shadow"
        return self._append(replace(step, because=because, reason=reason, automatic=not why), at=at)

    def expose(self, challenger: str, model: str, clearance: Clearance, *, reach: Reach, at: int, why: str) -> Entry:
        """Expose a challenger at once, without a shadow stage, on its clearance.

        Raises:
            GateNotPassed: the clearance is for another candidate or model, has run out, is withdrawn, or was not made
                from this ledger.
        """
        self._require_idle(challenger)
        self._prove(clearance, Arm(challenger, model), at)
        self._clearance = clearance
        step = replace(
            self._build_trial_record("canary", challenger, model, (reach,)),
            because=clearance.evidence,
            reason=why,
            automatic=False,
        )
        return self._append(step, at=at)

    def look(self, sight: RolloutObservation, clearance: Clearance | None, *, decisions: int) -> Entry | None:
        """Take the step that an observation requires; None where the rollout holds.

        Args:
            sight: the present observation.
            clearance: the challenger's, where it has one; proved against the ledger before any exposure.
            decisions: served since the rollout began, kept in the record.
        """
        cleared = clearance is not None and self._is_proven(clearance, self.challenger, sight.at)
        step = advance(self.state, self._rules, replace(sight, cleared=cleared))
        self.held = step.reason if step.kind == "hold" else ""
        if self.held:
            return None
        if step.kind in {"canary", "widen"}:
            self._clearance = clearance
        state = self.state
        reaches = merge_reaches(*state.reaches, step.reach) if step.reach else ()
        record = self._build_trial_record(step.kind, state.challenger, state.challenger_model, reaches)
        because = (*sight.because, *(clearance.evidence if clearance and cleared else ()))
        return self._append(replace(record, because=because, reason=step.reason, decisions=decisions), at=sight.at)

    def rollback(self, *, at: int, why: str) -> Entry:
        """Roll back on a person's request: take the challenger out, or restore the previous champion."""
        state = self.state
        if state.challenger:
            record = self._build_trial_record("rollback", state.challenger, state.challenger_model)
        elif state.previous:
            record = self._build_record(
                "rollback", state.champion, state.champion_model, state.previous, state.previous_model, (), why
            )
        else:
            raise RolloutError("there is nothing to roll back", why="there is no challenger and no previous champion")
        return self._append(replace(record, reason=why, automatic=False), at=at)

    def withdraw(self, *, at: int, why: str) -> Entry:
        """Take the challenger out automatically because its model fails to answer as recorded.

        Raises:
            RolloutError: there is no challenger.
        """
        state = self.state
        if not state.challenger:
            raise RolloutError("no challenger is being tried out")
        record = self._build_trial_record("rollback", state.challenger, state.challenger_model)
        return self._append(replace(record, reason=why), at=at)

    def promote(self, clearance: Clearance, *, at: int, why: str) -> Entry:
        """Promote the challenger on a person's request; it needs clearance."""
        if not self.state.challenger:
            raise RolloutError("no challenger is being tried out", mend="start one with `starcase replay --challenger`")
        self._prove(clearance, self.challenger, at)
        record = self._build_trial_record("promote", self.state.challenger, self.state.challenger_model, (EVERYBODY,))
        return self._append(replace(record, because=clearance.evidence, reason=why, automatic=False), at=at)

    def prove_clearance(self, at: int) -> Clearance:
        """Prove the challenger's clearance at a moment from the ledger; raises GateNotPassed where it has none."""
        return clear(
            self._ledger, self.state.challenger, self.state.challenger_model, at, in_force=self._in_force(self._ledger)
        )

    @property
    def challenger(self) -> Arm:
        """The challenger and its model; both empty where there is none."""
        return Arm(self.state.challenger_arm, self.state.challenger_model)

    @property
    def planned(self) -> tuple[Reach, ...]:
        """The reach that each planned step adds."""
        return tuple(rung.reach for rung in self._rules.steps)

    def plan(self, case: str, clearance: Clearance | None = None) -> ServingPlan:
        """Return the plan in force, its clearance proved again.

        Raises:
            RolloutError: no champion serves yet.
            GateNotPassed: a challenger is exposed and its clearance is not at hand, or does not hold for it.
        """
        state = self.state
        if state.stage == "empty":
            raise RolloutError("no champion serves yet", mend="install the incumbent first with `starcase replay`")
        champion = Arm(state.champion, state.champion_model)
        plan = ServingPlan(case=case, version=state.version, salt=self._salt, champion=champion)
        challenger = self.challenger
        if state.stage == "shadow":
            return plan.restrict_to_champion(champion, version=state.version, shadows=(challenger,))
        if state.stage == "champion":
            return plan
        held = clearance or self._clearance
        if held is None:
            raise GateNotPassed(f"{state.challenger} is exposed, but no clearance was given")
        self._prove(held, challenger, state.since)
        return plan.expose_challenger(challenger, state.reaches, held, version=state.version)

    def build_champion_plan(self, case: str) -> ServingPlan:
        """Build the plan in force without the challenger, for use where its clearance cannot be proved."""
        state = self.state
        champion = Arm(state.champion, state.champion_model)
        return ServingPlan(case=case, version=state.version, salt=self._salt, champion=champion)

    def _require_idle(self, challenger: str) -> None:
        if self.state.stage != "champion":
            raise RolloutError(
                f"{challenger} cannot start now: the rollout is in stage {self.state.stage!r}",
                mend="install a champion first, or end the running rollout with `starcase rollout rollback`",
            )

    def _prove(self, clearance: Clearance, arm: Arm, at: int) -> None:
        if (clearance.candidate, clearance.model) != (arm.candidate, arm.model):
            raise GateNotPassed(
                f"the clearance of {clearance.candidate} does not hold for {arm.candidate}, model {arm.model[:12]}",
                why=f"it is for {clearance.candidate}, model {clearance.model[:12]}",
                mend=f"run `starcase gate --candidate {arm.candidate}` on the model that will serve",
            )
        proof = (clearance, self._ledger.head())
        if proof != self._proof or not clearance.is_valid_for(arm.candidate, arm.model, at):
            verify_clearance(self._ledger, clearance, at, in_force=self._in_force(self._ledger))
        self._proof = proof

    def _is_proven(self, clearance: Clearance, arm: Arm, at: int) -> bool:
        try:
            self._prove(clearance, arm, at)
        except GateNotPassed:
            return False
        return True

    def _build_trial_record(
        self, kind: StepKind, challenger: str, model: str, reaches: tuple[Reach, ...] = ()
    ) -> StepRecord:
        state = self.state
        return self._build_record(kind, challenger, model, state.champion, state.champion_model, reaches, "")

    def _build_record(
        self, kind: StepKind, challenger: str, model: str, champion: str, champion_model: str,
        reaches: tuple[Reach, ...], reason: str,
    ) -> StepRecord:  # fmt: skip
        starts = kind in {"install", "shadow"} or (kind == "canary" and self.state.stage == "champion")
        number = int(self.state.rollout.rpartition("-")[2] or 0) + 1 if starts else 0
        return StepRecord(
            rollout=f"{self._salt}-{number}" if starts else self.state.rollout,
            version=self.state.version + 1,
            step=kind,
            champion=champion,
            champion_model=champion_model,
            challenger=challenger,
            challenger_model=model,
            share=max((reach.share for reach in reaches), default=0.0),
            reaches=encode_reaches(reaches),
            because=(),
            reason=reason,
            automatic=True,
            decisions=0,
        )

    def _append(self, record: StepRecord, *, at: int) -> Entry:
        entry = self._ledger.append(record, key=f"step-{record.version}", at=at)
        self.state = apply_step(self.state, record, at)
        return entry
