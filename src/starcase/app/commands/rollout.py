"""Where the case's rollout stands, and a person's hand on it."""

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
    """The rules of a case's rollout, durations in microseconds."""
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
    """The case's rollout as the ledger has it; as it stood at ``version`` of its plan where that is given."""
    return Rollout(
        work.ledger,
        build_rules(work.case.rollout),
        salt=work.case.name,
        in_force=create_gate_lookup(work),
        version=version,
    )


def status(work: Workspace) -> State:
    """Who serves, who is tried out, since when."""
    return open_rollout(work).state


def explain_hold(work: Workspace) -> str:
    """Why the challenger went no further in the last replay that tried it out; empty where nobody says."""
    state = status(work)
    last = work.ledger.last(ReplayRecord)
    return last[1].held if last and state.challenger and last[1].until >= state.since else ""


def read_cohorts(work: Workspace) -> tuple[CohortReading, ...]:
    """What the last look said of each cohort of the rollout in progress or of the last one; nothing without cohorts."""
    name = status(work).rollout
    last = work.ledger.last(ReadingRecord, lambda reading: reading.experiment == name)
    return last[1].cohorts if last else ()


def shadow(work: Workspace, challenger: str, *, model: str = "", why: str) -> Entry:
    """A person lets a challenger answer in shadow from now on; from there the rollout takes its own steps.

    Args:
        work: the opened case.
        challenger: name of the candidate.
        model: hash of its model; the latest that went through gates or a contest by default.
        why: the reason, kept in the ledger.

    Raises:
        RolloutError: nobody serves yet, another one is being tried out, it serves already, it has never been fitted, or
            a replay stands unfinished.
        CaseFileError: the case has no such candidate, or names a cohort that no request belongs to.
    """
    record_case(work)
    require_finished(work)
    require_known_cohorts(work)
    rollout, found = open_rollout(work), model or ensure_deployable(work, challenger).model
    if found == rollout.state.champion_model:
        raise RolloutError(f"{challenger} serves already", mend="try another candidate, or a newer model of it")
    load_challenger(work, challenger, found)
    return rollout.shadow(challenger, found, at=find_present_time(work), why=why)


def promote(work: Workspace, *, why: str) -> Entry:
    """A person makes the challenger champion, at the end of what has been served.

    Raises:
        GateNotPassed: the challenger has no clearance.
        RolloutError: there is no challenger, or a replay stands unfinished.
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
    """A person takes the challenger out, or undoes the last promotion.

    Raises:
        RolloutError: there is neither, or a replay stands unfinished.
    """
    record_case(work)
    require_finished(work)
    return open_rollout(work).rollback(at=find_present_time(work), why=why)
