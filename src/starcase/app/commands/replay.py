"""Serve a stretch of the case's history as live traffic, with a challenger beside the champion or alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from starcase.app.cohort_checks import reachable
from starcase.app.commands.case_wording import record_case
from starcase.app.commands.gateway_replay import carried
from starcase.app.commands.golden_answers import loaded_challenger, loaded_champion
from starcase.app.commands.refit import deployable, foreseen
from starcase.app.commands.replay_abort import end_early
from starcase.app.commands.rollout import rollout_of
from starcase.app.commands.rollout_wiring import steerable, steering
from starcase.app.fit_history import taught_until
from starcase.app.gate_lookup import in_force_of
from starcase.app.queries.counterfactual_metrics import Afterwards, afterwards
from starcase.app.replay_progress import ended_at, settled, unfinished
from starcase.app.stored_models import Kept
from starcase.app.workspace import Workspace
from starcase.casefile.verdict_settings import REPLAY, deciding
from starcase.contract.model import Learning, Model
from starcase.decide import Clearance, Reach, challenger_arm, in_words
from starcase.errors import ArtefactError, GateNotPassed, RolloutError
from starcase.evidence import Entry
from starcase.evidence.records import ContestRecord, ReplayPlanRecord, ReplayRecord, StepRecord
from starcase.evidence.records.replay import Undefined
from starcase.stages.gate import clear
from starcase.stages.replay import Carrier, Replayed, run
from starcase.stages.rollout import Pilot, Rollout
from starcase.tables.clock import SimulatedClock
from starcase.tables.moment import moment_text

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Which part of history is served, and who is tried out in it.

    Args:
        since: first moment, microseconds UTC; where the last replay or contest ended by default.
        until: last moment, excluded; the end of the data by default.
        challenger: name of the candidate to try out; nobody by default.
        model: hash of its model; the latest that went through gates or a contest by default.
        share: 0 to begin in shadow; above 0 it serves that share of the units at once, which needs clearance too.
        why: the reason, kept in the ledger.
    """

    since: int | None = None
    until: int | None = None
    challenger: str = ""
    model: str = ""
    share: float = 0.0
    why: str = ""


def replay(
    work: Workspace, stretch: Stretch, *, through: Carrier | None = None, progress: Progress = lambda _, __: None
) -> tuple[Entry, ReplayRecord]:
    """Serve a stretch of history, and let the rollout take its steps.

    What will be done is written down first. A replay that was interrupted is finished by asking for it again: what was
    served stands, the steps taken are taken again from the ledger, and the end is the same as without the interruption.
    Where its challenger is not cleared any more, it ends where it has come to, and the challenger is taken out.
    Whatever carries the requests, the end is the same too. The last replay asked for again in the same words, with
    nothing after it left to serve by them, is the one that stands.

    Args:
        work: the opened case.
        stretch: which part of history, and who is tried out in it.
        through: carries the requests to the kernel: ``through.gateway_at``; this process does by default.
        progress: told the moment in event time and the number of decisions served.

    Raises:
        RolloutError: a replay stands unfinished, the span has been served, a model was taught or judged on it, the
            challenger serves already, or another one is being tried out.
        GateNotPassed: a share was asked for without clearance.
        CaseFileError: the case has no such candidate.
        ArtefactError: a model's files are not what its hash says.
    """
    wording = record_case(work)
    planned, plan = _planned(work, stretch, wording)
    done = work.ledger.last(ReplayRecord, lambda record: record.replay == plan.replay)
    if done is not None:
        return done
    dataset = work.dataset
    rollout = rollout_of(work, version=plan.version)
    try:
        clearance = _clearance(work, plan)
        _begin(work, rollout, plan, clearance, because=(planned.id,))
        clearance = clearance or _clearance_in_force(work, rollout, plan)
        champion, model = rollout.state.champion, rollout.state.champion_model
        pilot = _pilot(work, rollout, plan, clearance)
    except GateNotPassed as refusal:
        return end_early(work, planned, plan, refusal=refusal, wording=wording)
    if through is not None:
        carried(pilot.models)
    served = run(
        work.system.environment(work.case, dataset), pilot, work.log, SimulatedClock(plan.since),
        since=plan.since, until=plan.until, after=plan.after, heard=_heard(work, plan), carrier=through,
        progress=progress,
    )  # fmt: skip
    compared = _compared(work, plan, (champion, pilot.models[model]), pilot.models)
    record = replace(
        _record(work, plan, served, compared, _held(rollout)), settings=deciding(work.case, REPLAY), wording=wording
    )
    return work.ledger.append(record, key=planned.key, at=plan.until), record


def interrupted(work: Workspace) -> Stretch:
    """The stretch of the replay that was begun and not finished; raises RolloutError where there is none."""
    begun = unfinished(work)
    if begun is None:
        raise RolloutError("no replay stands unfinished", mend="begin one: `starcase replay`")
    return Stretch(
        since=begun.since, until=begun.until, challenger=begun.challenger, model=begun.challenger_model,
        share=begun.share, why=begun.why,
    )  # fmt: skip


def _planned(work: Workspace, stretch: Stretch, wording: str) -> tuple[Entry, ReplayPlanRecord]:
    """The plan of this very stretch where it stands, or a new one."""
    first, end = work.dataset.span()
    past = work.ledger.of(ReplayPlanRecord)
    begun = unfinished(work)
    until = end if stretch.until is None else stretch.until
    past_key = _key(work, stretch, past[-1][1].since, until) if stretch.since is None and past else ""
    if past and past_key == past[-1][0].key and _is_of(stretch, past[-1][1]):
        return past[-1]
    since = stretch.since if stretch.since is not None else _next_start(work, past, begun, first)
    key = _key(work, stretch, since, until)
    standing = next(((entry, plan) for entry, plan in past if entry.key == key and _is_of(stretch, plan)), None)
    if standing is not None:
        return standing
    settled(work)
    reachable(work)
    _check(since, until, first, end, max((ended_at(work, plan) for _, plan in past), default=first))
    rollout = rollout_of(work)
    model = (stretch.model or foreseen(work, stretch.challenger).model) if stretch.challenger else ""
    record = ReplayPlanRecord(
        replay=f"replay-{len(past) + 1}", since=since, until=until, version=rollout.state.version,
        after=work.log.last(), challenger=stretch.challenger, challenger_model=model, share=stretch.share,
        why=stretch.why, settings=deciding(work.case, REPLAY), wording=wording,
    )  # fmt: skip
    _clearance(work, record)
    state = rollout.state
    steerable(work, (stretch.challenger or state.challenger, model or state.challenger_model), since=since)
    serving = (state.champion, state.champion_model) if state.champion else foreseen(work, work.case.incumbent).named
    if model == serving[1]:
        raise RolloutError(f"{stretch.challenger} serves already", mend="try another candidate, or a newer model of it")
    _untaken(rollout, stretch.challenger, model)
    _unseen(work, since, [serving, (stretch.challenger, model)])
    loaded_champion(work, *serving)
    if model:
        loaded_challenger(work, stretch.challenger, model)
    if stretch.challenger and not stretch.model:
        record = replace(record, challenger_model=deployable(work, stretch.challenger, at=since).model)
    return work.ledger.append(record, key=key, at=since), record


def _key(work: Workspace, stretch: Stretch, since: int, until: int) -> str:
    asked = (work.case.seed, since, until, stretch.challenger, stretch.share, stretch.why)
    return sha256(repr(asked).encode()).hexdigest()[:16]


def _is_of(stretch: Stretch, plan: ReplayPlanRecord) -> bool:
    """Whether a plan in the same words is about the same model; one that names none means the plan's."""
    return stretch.model in {"", plan.challenger_model}


def _untaken(rollout: Rollout, challenger: str, model: str) -> None:
    """Raise RolloutError where somebody else is being tried, before anything is written."""
    state = rollout.state
    if challenger and state.challenger and state.challenger_model != model:
        raise RolloutError(
            f"{challenger} cannot be tried while {state.challenger} is",
            why=f"{state.rollout} is in stage {state.stage!r}",
            mend="end that first: `starcase rollout rollback`",
        )


def _next_start(
    work: Workspace, past: list[tuple[Entry, ReplayPlanRecord]], begun: ReplayPlanRecord | None, first: int
) -> int:
    """Where the last replay ended, or the last contest, whose models would otherwise meet what they were taught."""
    if begun is not None:
        return begun.since
    held = work.ledger.last(ContestRecord)
    return max([first, *(ended_at(work, plan) for _, plan in past), *([held[0].at] if held else [])])


def _unseen(work: Workspace, since: int, models: Sequence[tuple[str, str]]) -> None:
    """Raise RolloutError where a model, by its candidate's name, was taught or judged on what came after ``since``.

    Another fit of the same candidate counts as well: it was chosen with that stretch before everybody's eyes.
    """
    for candidate, model in models:
        taught = taught_until(work.ledger, candidate, model) if model else None
        if taught is not None and taught > since:
            raise RolloutError(
                f"{candidate} was taught on what came until {moment_text(taught)}",
                where=f"model {model[:12]}",
                why="a model is tried on what it has not seen",
                mend=f"begin there or later: `starcase replay --since {moment_text(taught)}`",
            )
    for entry, contest in work.ledger.of(ContestRecord):
        for standing in contest.standings if entry.at > since else ():
            meant = dict(models).get(standing.candidate)
            if meant:
                judged = f"{'' if meant == standing.model else 'another fit of '}{standing.candidate}"
                raise RolloutError(
                    f"{contest.contest} has judged {judged} on what came until {moment_text(entry.at)}",
                    where=entry.id,
                    why="a model is tried on what nobody has seen when it was chosen",
                    mend=f"begin there or later; or hold a contest `--until {moment_text(since)}`",
                )


def _check(since: int, until: int, first: int, end: int, served: int) -> None:
    if since < served:
        raise RolloutError(
            f"what came before {moment_text(served)} has been served",
            why="a decision is served once, and the evidence of it stands",
            mend="begin later, or leave the beginning out to go on where the last replay ended",
        )
    if since >= end and served >= end:
        raise RolloutError(
            "everything has been served",
            why=f"the data end at {moment_text(end)}, and a decision is served once",
            mend="try it in a case of its own, which `starcase new` begins; next time keep days back: "
            "`starcase replay --until MOMENT`",
        )
    if since >= end:
        raise RolloutError(
            "nothing of the data is left to serve",
            why=f"the last contest went as far as the data, which end at {moment_text(end)}",
            mend="hold it on a part: `starcase contest --until MOMENT`",
        )
    if first <= since < end < until:
        raise RolloutError(
            f"the data end at {moment_text(end)}, before {moment_text(until)}",
            mend="give an earlier --until, or leave it out to serve what there is",
        )
    if not first <= since < until:
        raise RolloutError(
            f"the data has nothing to serve from {moment_text(since)} to {moment_text(until)}",
            why=f"it reaches from {moment_text(first)} to {moment_text(end)}",
            mend="give moments in that span, the earlier one first",
        )


def _clearance(work: Workspace, plan: ReplayPlanRecord) -> Clearance | None:
    """The challenger's clearance at the beginning; None where it has none and begins in shadow."""
    if not plan.challenger:
        return None
    try:
        required = in_force_of(work)(work.ledger)
        return clear(work.ledger, plan.challenger, plan.challenger_model, plan.since, in_force=required)
    except GateNotPassed:
        if plan.share or _has_exposed(work, plan):
            raise
        return None


def _has_exposed(work: Workspace, plan: ReplayPlanRecord) -> bool:
    """Whether the replay exposed a challenger further before it was interrupted: those steps cannot be taken anew."""
    steps = (step for _, step in work.ledger.of(StepRecord) if step.version > plan.version)
    return any(step.step in {"canary", "widen", "promote"} for step in steps)


def _clearance_in_force(work: Workspace, rollout: Rollout, plan: ReplayPlanRecord) -> Clearance | None:
    """The clearance of a challenger that an earlier replay left exposed; without one it is taken out."""
    if rollout.state.stage != "canary":
        return None
    try:
        return rollout.cleared(plan.since)
    except GateNotPassed as refusal:
        if _has_exposed(work, plan):
            raise
        rollout.withdraw(at=plan.since, why=refusal.what)
        return None


def _begin(
    work: Workspace, rollout: Rollout, plan: ReplayPlanRecord, clearance: Clearance | None, because: tuple[str, ...]
) -> None:
    if rollout.state.stage == "empty":
        champion = _installed(work, plan) or deployable(work, work.case.incumbent, at=plan.since)
        rollout.install(champion.candidate, champion.model, at=plan.since, because=champion.because)
    if not plan.challenger or rollout.state.challenger_model == plan.challenger_model:
        return
    if plan.share and clearance is not None:
        rollout.expose(
            plan.challenger, plan.challenger_model, clearance, reach=Reach.of(plan.share), at=plan.since, why=plan.why
        )
    else:
        rollout.shadow(plan.challenger, plan.challenger_model, at=plan.since, because=because)


def _installed(work: Workspace, plan: ReplayPlanRecord) -> Kept | None:
    """The incumbent that this replay put in place before it was interrupted."""
    stands = work.ledger.last(StepRecord, lambda step: (step.step, step.version) == ("install", plan.version + 1))
    if stands is None:
        return None
    _, step = stands
    return Kept(candidate=step.champion, model=step.champion_model, because=step.because)


def _pilot(work: Workspace, rollout: Rollout, plan: ReplayPlanRecord, clearance: Clearance | None) -> Pilot:
    models = _models(work, rollout, plan)
    watch = steering(work, rollout, models, since=plan.since)
    return Pilot(
        case=work.case.name, rollout=rollout, ledger=work.ledger, models=models, guards=watch.guards,
        compare=watch.compare, clearance=clearance, every=watch.every, followers=watch.followers,
    )  # fmt: skip


def _models(work: Workspace, rollout: Rollout, plan: ReplayPlanRecord) -> Mapping[str, Model]:
    """The models in force; a challenger that no longer answers as it did is withdrawn first."""
    state = rollout.state
    models = {state.champion_model: loaded_champion(work, state.champion, state.champion_model)}
    if state.challenger:
        try:
            models[state.challenger_model] = loaded_challenger(work, state.challenger, state.challenger_model)
        except ArtefactError as error:
            if _has_exposed(work, plan):
                raise GateNotPassed(error.what, where=error.where, why=error.why, mend=error.mend) from error
            rollout.withdraw(at=plan.since, why=f"{error.what}: {error.why}")
    return models


def _heard(work: Workspace, plan: ReplayPlanRecord) -> int:
    """Until when the outcomes of what was served before are in the log."""
    ends = [ended_at(work, earlier) for _, earlier in work.ledger.of(ReplayPlanRecord)]
    before = [end for end in ends if end <= plan.since]
    return max(before, default=plan.since)


def _compared(
    work: Workspace, plan: ReplayPlanRecord, champion: tuple[str, Model], models: Mapping[str, Model]
) -> Afterwards:
    """Champion and challenger of the beginning, on every request of the stretch.

    One that learns while it serves has been taught on the stretch by then, so there is nothing to be held against it.
    """
    if not plan.challenger:
        return Afterwards()
    if plan.challenger_model not in models:
        return _not_compared(f"the model of {plan.challenger} could not be used")
    challenger = (
        challenger_arm(plan.challenger, plan.challenger_model, champion=champion[0]),
        models[plan.challenger_model],
    )
    if learning := [name for name, model in (champion, challenger) if isinstance(model, Learning)]:
        return _not_compared(f"{' and '.join(learning)} learnt from what was served, and would be judged on it")
    return afterwards(work, champion, challenger, since=plan.since, until=plan.until)


def _not_compared(why: str) -> Afterwards:
    return Afterwards(undefined=(Undefined(figure="champion and challenger on every request", why=why),))


def _held(rollout: Rollout) -> str:
    """Where the challenger stands at the end and why it went no further; empty where nobody is tried out."""
    if not rollout.held or not rollout.state.challenger:
        return ""
    shadowing = rollout.state.stage == "shadow"
    stands = "in shadow" if shadowing else f"serving {in_words(rollout.state.reaches)}"
    return f"{stands}: {rollout.held}"


def _record(work: Workspace, plan: ReplayPlanRecord, served: Replayed, compared: Afterwards, held: str) -> ReplayRecord:
    mark = work.log.mark()
    return ReplayRecord(
        replay=plan.replay, since=plan.since, until=plan.until, decisions=served.decisions, outcomes=served.outcomes,
        figures=compared.figures, log_sha256=work.log.digest(mark), held=held, log=mark, undefined=compared.undefined,
    )  # fmt: skip
