"""The state of the case's rollout, and a person's actions on it."""

from __future__ import annotations

from starcase.app.cohort_checks import require_known_cohorts
from starcase.app.commands.case_wording import record_case
from starcase.app.commands.golden_answers import load_challenger
from starcase.app.commands.refit import ensure_deployable
from starcase.app.gate_lookup import create_gate_lookup
from starcase.app.replay_progress import find_present_time, require_finished
from starcase.app.workspace import Workspace
from starcase.contract.case_spec import RolloutSpec
from starcase.decide import Reach
from starcase.errors import RolloutError
from starcase.evidence import Entry
from starcase.evidence.records import CohortReading, ReadingRecord, ReplayRecord
from starcase.stages.rollout import ExposureStep, Rollout, Rules, State
from starcase.tables.duration import parse_duration


def build_rules(spec: RolloutSpec) -> Rules:
    """Build the rules of a case's rollout, durations in microseconds."""
    steps = tuple(
        ExposureStep(
            reach=Reach.from_share(step.share, step.cohorts),
            minimum_decisions=step.minimum_decisions or spec.minimum_decisions,
            minimum_outcomes=step.minimum_outcomes,
            minimum_duration=parse_duration(step.minimum_duration or spec.minimum_duration),
        )
        for step in spec.each_step
    )
    return Rules(
        steps=steps,
        minimum_decisions=spec.minimum_decisions,
        minimum_outcomes=spec.minimum_outcomes,
        minimum_duration=parse_duration(spec.minimum_duration),
        shadow_coverage=spec.shadow_coverage,
    )


def open_rollout(work: Workspace, *, version: int | None = None) -> Rollout:
    """Return the case's rollout from the ledger; if ``version`` is given, its state at that version of the plan."""
    return Rollout(
        work.ledger,
        build_rules(work.case.rollout),
        salt=work.case.name,
        in_force=create_gate_lookup(work),
        version=version,
    )


def status(work: Workspace) -> State:
    """Return the champion, the challenger and the stage of the rollout."""
    return open_rollout(work).state


def explain_hold(work: Workspace) -> str:
    """Return why the challenger went no further in the last replay that tried it out; empty if unknown."""
    state = status(work)
    last = work.ledger.last(ReplayRecord)
    return last[1].held if last and state.challenger and last[1].until >= state.since else ""


def read_cohorts(work: Workspace) -> tuple[CohortReading, ...]:
    """Return the last reading of each cohort of the current or last rollout; empty without cohorts."""
    name = status(work).rollout
    last = work.ledger.last(ReadingRecord, lambda reading: reading.experiment == name)
    return last[1].cohorts if last else ()


def shadow(work: Workspace, challenger: str, *, model: str = "", why: str) -> Entry:
    """Start a challenger in shadow by a person's decision; the rollout then takes its own steps.

    Args:
        work: the opened case.
        challenger: name of the candidate.
        model: hash of its model; the latest that went through gates or a contest by default.
        why: the reason, kept in the ledger.

    Raises:
        RolloutError: no champion serves yet, another challenger is being tried out, it already serves, it has never
            been fitted, or a replay is unfinished.
        CaseFileError: the case has no such candidate, or names a cohort that no request belongs to.
    """
    record_case(work)
    require_finished(work)
    require_known_cohorts(work)
    rollout, found = open_rollout(work), model or ensure_deployable(work, challenger).model
    if found == rollout.state.champion_model:
        raise RolloutError(f"{challenger} already serves", mend="try another candidate, or a newer model of it")
    load_challenger(work, challenger, found)
    return rollout.shadow(challenger, found, at=find_present_time(work), why=why)


def promote(work: Workspace, *, why: str) -> Entry:
    """Promote the challenger to champion by a person's decision, at the end of the served history.

    Raises:
        GateNotPassed: the challenger has no clearance.
        RolloutError: there is no challenger, or a replay is unfinished.
    """
    record_case(work)
    require_finished(work)
    rollout, now = open_rollout(work), find_present_time(work)
    if not rollout.state.challenger:
        raise RolloutError("no challenger is being tried out", mend="start one with `starcase replay --challenger`")
    clearance = rollout.prove_clearance(now)
    load_challenger(work, rollout.state.challenger, rollout.state.challenger_model)
    return rollout.promote(clearance, at=now, why=why)


def rollback(work: Workspace, *, why: str) -> Entry:
    """Roll back the challenger, or undo the last promotion, by a person's decision.

    Raises:
        RolloutError: there is neither, or a replay is unfinished.
    """
    record_case(work)
    require_finished(work)
    return open_rollout(work).rollback(at=find_present_time(work), why=why)
