"""Replay a span of the case's history as live traffic, with or without a challenger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from starcase.app.cohort_checks import require_known_cohorts
from starcase.app.commands.case_wording import record_case
from starcase.app.commands.gateway_replay import refuse_learning_models
from starcase.app.commands.golden_answers import load_challenger, load_champion
from starcase.app.commands.refit import ensure_deployable, find_starting_fit
from starcase.app.commands.replay_abort import end_early
from starcase.app.commands.rollout import open_rollout
from starcase.app.commands.rollout_wiring import check_wiring, wire_rollout
from starcase.app.fit_history import find_training_end
from starcase.app.gate_lookup import create_gate_lookup
from starcase.app.queries.counterfactual_metrics import CounterfactualMetrics, measure_counterfactual
from starcase.app.replay_progress import find_replay_end, find_unfinished_replay, require_finished
from starcase.app.stored_models import StoredModel
from starcase.app.workspace import Workspace
from starcase.casefile.verdict_settings import REPLAY, select_verdict_settings
from starcase.contract.model import Model, OnlineModel
from starcase.decide import Clearance, Reach, build_arm_name, describe_reaches
from starcase.errors import ArtefactError, GateNotPassed, RolloutError
from starcase.evidence import Entry
from starcase.evidence.records import ContestRecord, ReplayPlanRecord, ReplayRecord, StepRecord
from starcase.evidence.records.replay import UndefinedFigure
from starcase.stages.gate import clear
from starcase.stages.replay import Carrier, ReplayResult, run
from starcase.stages.rollout import Rollout, RolloutLoop
from starcase.tables.clock import SimulatedClock
from starcase.tables.moment import format_moment

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The span of history to serve and the challenger to try out in it.

    Args:
        since: first moment, microseconds UTC; where the last replay or contest ended by default.
        until: last moment, excluded; the end of the data by default.
        challenger: name of the candidate to try out; none by default.
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
    """Replay a span of history; the rollout takes its steps.

    The plan is recorded first. Calling an interrupted replay again finishes it: served decisions are kept, the steps
    taken are read from the ledger, and the result equals that of an uninterrupted replay. If its challenger is no
    longer cleared, the replay ends early and the challenger is rolled back. The result does not depend on the carrier
    of the requests. A repeated call in the words of the last replay, with nothing left to serve, returns that replay.

    Args:
        work: the opened case.
        stretch: the span of history and the challenger to try out.
        through: carries the requests to the kernel: ``gateway_replay.connect_gateway``; this process does by default.
        progress: called with the moment in event time and the number of decisions served.

    Raises:
        RolloutError: a replay is unfinished, the span has been served, a model was trained or judged on it, the
            challenger already serves, or another one is being tried out.
        GateNotPassed: a share was asked for without clearance.
        CaseFileError: the case has no such candidate.
        ArtefactError: a model's files are not what its hash says.
    """
    wording = record_case(work)
    planned, plan = _plan_replay(work, stretch, wording)
    done = work.ledger.last(ReplayRecord, lambda record: record.replay == plan.replay)
    if done is not None:
        return done
    dataset = work.dataset
    rollout = open_rollout(work, version=plan.version)
    try:
        clearance = _request_clearance(work, plan)
        _begin(work, rollout, plan, clearance, because=(planned.id,))
        clearance = clearance or _renew_clearance(work, rollout, plan)
        champion, model = rollout.state.champion, rollout.state.champion_model
        pilot = _create_pilot(work, rollout, plan, clearance)
    except GateNotPassed as refusal:
        return end_early(work, planned, plan, refusal=refusal, wording=wording)
    if through is not None:
        refuse_learning_models(pilot.models)
    served = run(
        work.system.environment(work.case, dataset), pilot, work.log, SimulatedClock(plan.since),
        since=plan.since, until=plan.until, after=plan.after, heard=_find_outcome_time(work, plan), carrier=through,
        progress=progress,
    )  # fmt: skip
    compared = _compare_models(work, plan, (champion, pilot.models[model]), pilot.models)
    record = replace(
        _build_record(work, plan, served, compared, _describe_hold(rollout)),
        settings=select_verdict_settings(work.case, REPLAY),
        wording=wording,
    )
    return work.ledger.append(record, key=planned.key, at=plan.until), record


def find_interrupted(work: Workspace) -> Stretch:
    """Return the span of the unfinished replay; raises RolloutError if there is none."""
    begun = find_unfinished_replay(work)
    if begun is None:
        raise RolloutError("there is no unfinished replay", mend="begin one: `starcase replay`")
    return Stretch(
        since=begun.since, until=begun.until, challenger=begun.challenger, model=begun.challenger_model,
        share=begun.share, why=begun.why,
    )  # fmt: skip


def _plan_replay(work: Workspace, stretch: Stretch, wording: str) -> tuple[Entry, ReplayPlanRecord]:
    """Return the recorded plan of this span, or record a new one."""
    first, end = work.dataset.span()
    past = work.ledger.of(ReplayPlanRecord)
    begun = find_unfinished_replay(work)
    until = end if stretch.until is None else stretch.until
    past_key = _compute_key(work, stretch, past[-1][1].since, until) if stretch.since is None and past else ""
    if past and past_key == past[-1][0].key and _is_of(stretch, past[-1][1]):
        return past[-1]
    since = stretch.since if stretch.since is not None else _find_next_start(work, past, begun, first)
    key = _compute_key(work, stretch, since, until)
    standing = next(((entry, plan) for entry, plan in past if entry.key == key and _is_of(stretch, plan)), None)
    if standing is not None:
        return standing
    require_finished(work)
    require_known_cohorts(work)
    _check_span(since, until, first, end, max((find_replay_end(work, plan) for _, plan in past), default=first))
    rollout = open_rollout(work)
    model = (stretch.model or find_starting_fit(work, stretch.challenger).model) if stretch.challenger else ""
    record = ReplayPlanRecord(
        replay=f"replay-{len(past) + 1}", since=since, until=until, version=rollout.state.version,
        after=work.log.last(), challenger=stretch.challenger, challenger_model=model, share=stretch.share,
        why=stretch.why, settings=select_verdict_settings(work.case, REPLAY), wording=wording,
    )  # fmt: skip
    _request_clearance(work, record)
    state = rollout.state
    check_wiring(work, (stretch.challenger or state.challenger, model or state.challenger_model), since=since)
    serving = (
        (state.champion, state.champion_model) if state.champion else find_starting_fit(work, work.case.incumbent).named
    )
    if model == serving[1]:
        raise RolloutError(f"{stretch.challenger} already serves", mend="try another candidate, or a newer model of it")
    _require_no_challenger(rollout, stretch.challenger, model)
    _require_unseen(work, since, [serving, (stretch.challenger, model)])
    load_champion(work, *serving)
    if model:
        load_challenger(work, stretch.challenger, model)
    if stretch.challenger and not stretch.model:
        record = replace(record, challenger_model=ensure_deployable(work, stretch.challenger, at=since).model)
    return work.ledger.append(record, key=key, at=since), record


def _compute_key(work: Workspace, stretch: Stretch, since: int, until: int) -> str:
    asked = (work.case.seed, since, until, stretch.challenger, stretch.share, stretch.why)
    return sha256(repr(asked).encode()).hexdigest()[:16]


def _is_of(stretch: Stretch, plan: ReplayPlanRecord) -> bool:
    """Return whether a span with the same words names the plan's model; no model means the plan's."""
    return stretch.model in {"", plan.challenger_model}


def _require_no_challenger(rollout: Rollout, challenger: str, model: str) -> None:
    """Raise RolloutError if another challenger is being tried out, before anything is written."""
    state = rollout.state
    if challenger and state.challenger and state.challenger_model != model:
        raise RolloutError(
            f"{challenger} cannot be tried out while {state.challenger} is",
            why=f"{state.rollout} is in stage {state.stage!r}",
            mend="end that first: `starcase rollout rollback`",
        )


def _find_next_start(
    work: Workspace, past: list[tuple[Entry, ReplayPlanRecord]], begun: ReplayPlanRecord | None, first: int
) -> int:
    """Return the end of the last replay or contest, so that no model is replayed on its training data."""
    if begun is not None:
        return begun.since
    held = work.ledger.last(ContestRecord)
    return max([first, *(find_replay_end(work, plan) for _, plan in past), *([held[0].at] if held else [])])


def _require_unseen(work: Workspace, since: int, models: Sequence[tuple[str, str]]) -> None:
    """Raise RolloutError if a model, by its candidate's name, was trained or judged on data after ``since``.

    Another fit of the same candidate counts too: that span influenced the choice of the candidate.
    """
    for candidate, model in models:
        taught = find_training_end(work.ledger, candidate, model) if model else None
        if taught is not None and taught > since:
            raise RolloutError(
                f"{candidate} was trained on data up to {format_moment(taught)}",
                where=f"model {model[:12]}",
                why="a model must be tried out on data that it was not trained on",
                mend=f"begin there or later: `starcase replay --since {format_moment(taught)}`",
            )
    for entry, contest in work.ledger.of(ContestRecord):
        for standing in contest.standings if entry.at > since else ():
            meant = dict(models).get(standing.candidate)
            if meant:
                judged = f"{'' if meant == standing.model else 'another fit of '}{standing.candidate}"
                raise RolloutError(
                    f"{contest.contest} has judged {judged} on data up to {format_moment(entry.at)}",
                    where=entry.id,
                    why="a model must be tried out on data that did not influence its choice",
                    mend=f"begin there or later, or run `starcase contest --until {format_moment(since)}`",
                )


def _check_span(since: int, until: int, first: int, end: int, served: int) -> None:
    if since < served:
        raise RolloutError(
            f"the span before {format_moment(served)} has already been served",
            why="each decision is served once and its evidence is kept",
            mend="give a later --since, or leave it out to continue where the last replay ended",
        )
    if since >= end and served >= end:
        raise RolloutError(
            "all of the data have been served",
            why=f"the data end at {format_moment(end)}, and each decision is served once",
            mend="try the candidate in a new case (`starcase new`); next time leave days for later: "
            "`starcase replay --until MOMENT`",
        )
    if since >= end:
        raise RolloutError(
            "no data are left to serve",
            why=f"the last contest used all of the data, which end at {format_moment(end)}",
            mend="run it on a part: `starcase contest --until MOMENT`",
        )
    if first <= since < end < until:
        raise RolloutError(
            f"the data end at {format_moment(end)}, before {format_moment(until)}",
            mend="give an earlier --until, or leave it out to serve to the end of the data",
        )
    if not first <= since < until:
        raise RolloutError(
            f"there are no data to serve from {format_moment(since)} to {format_moment(until)}",
            why=f"the data reach from {format_moment(first)} to {format_moment(end)}",
            mend="give moments in that span, the earlier one first",
        )


def _request_clearance(work: Workspace, plan: ReplayPlanRecord) -> Clearance | None:
    """Return the challenger's clearance at the start; None if it has none and begins in shadow."""
    if not plan.challenger:
        return None
    try:
        required = create_gate_lookup(work)(work.ledger)
        return clear(work.ledger, plan.challenger, plan.challenger_model, plan.since, in_force=required)
    except GateNotPassed:
        if plan.share or _has_exposed(work, plan):
            raise
        return None


def _has_exposed(work: Workspace, plan: ReplayPlanRecord) -> bool:
    """Return whether the interrupted replay extended a challenger's exposure: those steps cannot be taken again."""
    steps = (step for _, step in work.ledger.of(StepRecord) if step.version > plan.version)
    return any(step.step in {"canary", "widen", "promote"} for step in steps)


def _renew_clearance(work: Workspace, rollout: Rollout, plan: ReplayPlanRecord) -> Clearance | None:
    """Return the clearance of a challenger that an earlier replay left exposed; without clearance it is rolled back."""
    if rollout.state.stage != "canary":
        return None
    try:
        return rollout.prove_clearance(plan.since)
    except GateNotPassed as refusal:
        if _has_exposed(work, plan):
            raise
        rollout.withdraw(at=plan.since, why=refusal.what)
        return None


def _begin(
    work: Workspace, rollout: Rollout, plan: ReplayPlanRecord, clearance: Clearance | None, because: tuple[str, ...]
) -> None:
    if rollout.state.stage == "empty":
        champion = _find_installed(work, plan) or ensure_deployable(work, work.case.incumbent, at=plan.since)
        rollout.install(champion.candidate, champion.model, at=plan.since, because=champion.because)
    if not plan.challenger or rollout.state.challenger_model == plan.challenger_model:
        return
    if plan.share and clearance is not None:
        rollout.expose(
            plan.challenger,
            plan.challenger_model,
            clearance,
            reach=Reach.from_share(plan.share),
            at=plan.since,
            why=plan.why,
        )
    else:
        rollout.shadow(plan.challenger, plan.challenger_model, at=plan.since, because=because)


def _find_installed(work: Workspace, plan: ReplayPlanRecord) -> StoredModel | None:
    """Return the incumbent that this replay installed before it was interrupted."""
    stands = work.ledger.last(StepRecord, lambda step: (step.step, step.version) == ("install", plan.version + 1))
    if stands is None:
        return None
    _, step = stands
    return StoredModel(candidate=step.champion, model=step.champion_model, because=step.because)


def _create_pilot(
    work: Workspace, rollout: Rollout, plan: ReplayPlanRecord, clearance: Clearance | None
) -> RolloutLoop:
    models = _load_models(work, rollout, plan)
    watch = wire_rollout(work, rollout, models, since=plan.since)
    return RolloutLoop(
        case=work.case.name, rollout=rollout, ledger=work.ledger, models=models, guards=watch.guards,
        compare=watch.compare, clearance=clearance, every=watch.every, followers=watch.followers,
    )  # fmt: skip


def _load_models(work: Workspace, rollout: Rollout, plan: ReplayPlanRecord) -> Mapping[str, Model]:
    """Load the models in force; a challenger that fails its golden requests is withdrawn first."""
    state = rollout.state
    models = {state.champion_model: load_champion(work, state.champion, state.champion_model)}
    if state.challenger:
        try:
            models[state.challenger_model] = load_challenger(work, state.challenger, state.challenger_model)
        except ArtefactError as error:
            if _has_exposed(work, plan):
                raise GateNotPassed(error.what, where=error.where, why=error.why, mend=error.mend) from error
            rollout.withdraw(at=plan.since, why=f"{error.what}: {error.why}")
    return models


def _find_outcome_time(work: Workspace, plan: ReplayPlanRecord) -> int:
    """Return the moment until which the log holds the outcomes of earlier decisions."""
    ends = [find_replay_end(work, earlier) for _, earlier in work.ledger.of(ReplayPlanRecord)]
    before = [end for end in ends if end <= plan.since]
    return max(before, default=plan.since)


def _compare_models(
    work: Workspace, plan: ReplayPlanRecord, champion: tuple[str, Model], models: Mapping[str, Model]
) -> CounterfactualMetrics:
    """Compare the champion and challenger of the start on every request of the span.

    A model that learns while it serves has by then learnt from the span, so it is not compared.
    """
    if not plan.challenger:
        return CounterfactualMetrics()
    if plan.challenger_model not in models:
        return _explain_no_comparison(f"the model of {plan.challenger} could not be used")
    challenger = (
        build_arm_name(plan.challenger, plan.challenger_model, champion=champion[0]),
        models[plan.challenger_model],
    )
    if learning := [name for name, model in (champion, challenger) if isinstance(model, OnlineModel)]:
        return _explain_no_comparison(
            f"{' and '.join(learning)} learnt from what was served, and would be judged on it"
        )
    return measure_counterfactual(work, champion, challenger, since=plan.since, until=plan.until)


def _explain_no_comparison(why: str) -> CounterfactualMetrics:
    return CounterfactualMetrics(
        undefined=(UndefinedFigure(figure="champion and challenger on every request", why=why),)
    )


def _describe_hold(rollout: Rollout) -> str:
    """Describe the challenger's stage at the end and why it went no further; empty without a challenger."""
    if not rollout.held or not rollout.state.challenger:
        return ""
    shadowing = rollout.state.stage == "shadow"
    stands = "in shadow" if shadowing else f"serving {describe_reaches(rollout.state.reaches)}"
    return f"{stands}: {rollout.held}"


def _build_record(
    work: Workspace, plan: ReplayPlanRecord, served: ReplayResult, compared: CounterfactualMetrics, held: str
) -> ReplayRecord:
    mark = work.log.mark()
    return ReplayRecord(
        replay=plan.replay, since=plan.since, until=plan.until, decisions=served.decisions, outcomes=served.outcomes,
        figures=compared.figures, log_sha256=work.log.digest(mark), held=held, log=mark, undefined=compared.undefined,
    )  # fmt: skip
