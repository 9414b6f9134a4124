"""The verbs that ship: gates, waivers, replay, shadow, experiment, rollout, monitor, review, serve."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from starcase.app.commands.experiment import ExperimentResult
from starcase.app.commands.experiment import experiment as read_experiment
from starcase.app.commands.gate import GateReport
from starcase.app.commands.gate import gate as run_gates
from starcase.app.commands.monitor import monitor as read_guards
from starcase.app.commands.replay import Stretch
from starcase.app.commands.replay import replay as replay_history
from starcase.app.commands.retrain import retrain as refit
from starcase.app.commands.review import lesson as record_lesson
from starcase.app.commands.review import review as review_rollout
from starcase.app.commands.rollout import promote, rollback, status
from starcase.app.commands.rollout import shadow as start_shadow
from starcase.app.commands.serve import ServingStatus
from starcase.app.commands.serve import serve as serve_case
from starcase.app.commands.shadow import ShadowStatus
from starcase.app.commands.shadow import shadow as read_shadows
from starcase.app.commands.waive import waive as waive_gate
from starcase.app.fit_history import find_reached_time, resolve_model
from starcase.app.user_models import open_folder
from starcase.app.verbs.case_opening import CaseLike, Moment, find_moment, open_case
from starcase.app.workspace import Workspace
from starcase.evidence import Entry
from starcase.evidence.records import MonitorRecord, RefitRecord, ReplayRecord, ReviewRecord
from starcase.serving.process.settings import SERVING, Settings
from starcase.stages.rollout import State
from starcase.tables.moment import parse_moment


def retrain(
    case: CaseLike, candidate: str, *, at: Moment | None = None, why: str = "", who: str = ""
) -> tuple[Entry, RefitRecord]:
    """Fit a candidate again on everything known; the new fit is an ordinary challenger.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        candidate: its name.
        at: the moment up to which outcomes are known; the one the case has reached when None.
        why: the reason; the ledger keeps it.
        who: acts; the ledger keeps it.

    Raises:
        LedgerError: nothing has been recorded yet, or no contest fitted the candidate.
        DataError: nothing more is known than its last fit knew.
    """
    with open_case(case, who=who, recorded=True) as work:
        return refit(work, candidate, at=find_moment(work, at), why=why)


def gate(case: CaseLike, candidate: str, *, model: str = "", who: str = "") -> GateReport:
    """Fit a candidate on everything known, and test it against every gate in force.

    ``clearance`` of the result is None if a gate failed and no waiver covers it.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        candidate: its name.
        model: the first digits of the hash of one fit of it; the latest when empty.
        who: acts; the ledger keeps it.

    Raises:
        LedgerError: nothing has been recorded yet, or no contest fitted the candidate.
        ArtefactError: no model, or more than one, begins with those digits.
    """
    with open_case(case, who=who, recorded=True) as work:
        return run_gates(work, candidate, model=resolve_model(work, model))


def waive(
    case: CaseLike, candidate: str, gate: str, *, who: str, why: str, until: Moment, model: str = ""
) -> Entry:  # fmt: skip
    """Waive a failed gate for one fit of a candidate, for a limited time.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        candidate: its name.
        gate: the gate that failed.
        who: the person who answers for it.
        why: the reason.
        until: when the waiver expires; ``"+12h"`` counts from the event time the case has reached.
        model: the first digits of the hash of the fit; the one gated last when empty.

    Raises:
        GateNotPassed: the gate did not fail, the end is in the past, or a person or reason is missing.
        LedgerError: nothing has been recorded yet.
    """
    with open_case(case, who=who, recorded=True) as work:
        end = parse_moment(until, start=find_reached_time(work)) if isinstance(until, str) else until
        return waive_gate(work, candidate, gate, who=who, why=why, until=end, model=resolve_model(work, model))


def replay(
    case: CaseLike, *, since: Moment | None = None, until: Moment | None = None, challenger: str = "",
    model: str = "", share: float = 0.0, why: str = "", who: str = "",
) -> tuple[Entry, ReplayRecord]:  # fmt: skip
    """Serve the case's history as live traffic, and let the rollout take its steps.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        since: the first moment; where the last replay ended when None.
        until: the moment it ends; the end of the data when None.
        challenger: a candidate that is tried out; the champion alone when empty.
        model: hash of its model; the latest that was cleared or fitted when empty.
        share: of the units it serves from the start; 0 begins in shadow.
        why: the reason for a share above 0.
        who: acts; the ledger keeps it.

    Raises:
        GateNotPassed: the challenger would meet units and has no clearance.
        RolloutError: the stretch has been served, or another challenger is being tried out.
    """
    with open_case(case, who=who) as work:
        stretch = Stretch(
            since=find_moment(work, since), until=find_moment(work, until), challenger=challenger, model=model,
            share=share, why=why,
        )  # fmt: skip
        return replay_history(work, stretch)


def shadow(case: CaseLike, *, who: str = "") -> tuple[ShadowStatus, ...]:
    """Return the shadow answers of challengers and their outcomes, one entry per challenger.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        who: acts; the ledger keeps it.

    Raises:
        LedgerError: nothing has been recorded yet.
        RolloutError: nothing has answered in shadow.
    """
    with open_case(case, who=who, recorded=True) as work:
        return read_shadows(work)


def experiment(case: CaseLike, name: str = "", *, segments: str = "", who: str = "") -> ExperimentResult:
    """Return the reading of both arms of an experiment; a running experiment is read again.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        name: of the experiment; the latest when empty.
        segments: the segmentation to show the difference by.
        who: acts; the ledger keeps it.

    Raises:
        LedgerError: nothing has been recorded yet.
        RolloutError: there is no such experiment.
    """
    with open_case(case, who=who, recorded=True) as work:
        return read_experiment(work, name, segments=segments)


def rollout(
    case: CaseLike, action: str = "status", *, challenger: str = "", model: str = "", why: str = "", who: str = ""
) -> State:
    """Return the state of the rollout after ``action`` was taken.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        action: ``"status"``, ``"shadow"`` (start ``challenger`` in shadow), ``"promote"`` or ``"rollback"``.
        challenger: a candidate; for ``"shadow"`` alone.
        model: hash of its model; the latest when empty.
        why: the reason; needed for every action but ``"status"``.
        who: acts; the ledger keeps it.

    Raises:
        ValueError: there is no such action.
        GateNotPassed: the challenger has no clearance.
        RolloutError: the action cannot be taken now.
    """
    actions: Mapping[str, Callable[[Any], object]] = {
        "status": lambda _: None,
        "shadow": lambda work: start_shadow(work, challenger, model=model, why=why),
        "promote": lambda work: promote(work, why=why),
        "rollback": lambda work: rollback(work, why=why),
    }
    if action not in actions:
        raise ValueError(f"there is no action {action!r}; one of: {', '.join(actions)}")
    with open_case(case, who=who) as work:
        actions[action](work)
        return status(work)


def monitor(case: CaseLike, rollout: str = "", *, who: str = "") -> tuple[Entry, MonitorRecord]:
    """Read the guards of a rollout, drift, and the health of the log.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        rollout: its id; the latest when empty.
        who: acts; the ledger keeps it.

    Raises:
        LedgerError: nothing has been recorded yet.
        RolloutError: nothing has been served.
    """
    with open_case(case, who=who, recorded=True) as work:
        return read_guards(work, rollout)


def review(
    case: CaseLike, rollout: str = "", *, lesson: str = "", gate: str = "",
    parameters: Mapping[str, float] | None = None, reason: str = "", who: str = "",
) -> tuple[Entry, ReviewRecord]:  # fmt: skip
    """Review a rollout that was rolled back: its course, cause and cost; with ``lesson``, record a lesson.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        rollout: its id; the latest that was rolled back when empty.
        lesson: what was learned, in words.
        gate: the gate that holds from now on because of it.
        parameters: thresholds of that gate.
        reason: why the lesson becomes no gate.
        who: acts; the ledger keeps it.

    Raises:
        LedgerError: nothing has been recorded yet.
        RolloutError: nothing was rolled back, or a lesson names neither gate nor reason.
    """
    with open_case(case, who=who, recorded=True) as work:
        entry, record = review_rollout(work, rollout)
        if lesson:
            record_lesson(
                work, lesson, who=work.actor, rollout=record.rollout, gate=gate, parameters=parameters, reason=reason
            )
        return entry, record


def serve(
    case: CaseLike, *, champion: str = "", shadows: Sequence[str] = (), ended: threading.Event | None = None,
    began: Callable[[ServingStatus], None] = lambda _: None, who: str = "", **settings: Any,
) -> None:  # fmt: skip
    """Serve a case over HTTP until ``ended`` is set, or for ever.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``; a folder without a case.toml serves models of yours.
        champion: serves where no model does yet: a candidate, a file, or ``"module:function"``.
        shadows: answer in shadow, named alike.
        ended: ends it.
        began: is called with what is served once every worker answers.
        who: acts; the ledger keeps it.
        settings: of the gateway: ``host``, ``port``, ``workers``, ``durability``, ``token``, ``steered``, ...

    Raises:
        RolloutError: no model has been fitted, or another gateway serves this folder.
        ArtefactError: the champion cannot be loaded.
    """
    with open_case(case, who=who) if isinstance(case, Workspace) else open_folder(Path(case), actor=who) as work:
        serve_case(
            work, Settings(folder=work.store / SERVING, **settings), champion=champion, shadows=shadows,
            ended=ended or threading.Event(), began=began,
        )  # fmt: skip
