"""Serve a case over HTTP: its champion answers, and its challengers are tried out."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from starcase.app.cohort_checks import require_known_cohorts
from starcase.app.commands import serving_processes as processes
from starcase.app.commands.case_wording import record_case
from starcase.app.commands.refit import ensure_deployable
from starcase.app.commands.rollout import open_rollout
from starcase.app.replay_progress import find_present_time
from starcase.app.user_models import import_model, is_source
from starcase.app.workspace import Workspace
from starcase.decide import Arm
from starcase.errors import ArtefactError, RolloutError
from starcase.evidence.records import NoteRecord
from starcase.serving.models.formats import is_code
from starcase.serving.models.golden_requests import GoldenRequestStore
from starcase.serving.process import wal_importer
from starcase.serving.process.control_plane import load_plan_in_force
from starcase.serving.process.settings import Settings
from starcase.serving.process.supervisor import Roles, Supervisor, create_fork_server
from starcase.stages.rollout import Rollout

ADMITTED_WITHIN = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingStatus:
    """The served models and the address of the gateway."""

    case: str
    url: str
    champion: str
    shadows: tuple[str, ...]
    imported: int
    left_out: tuple[str, ...] = ()


def serve(
    work: Workspace,
    settings: Settings,
    *,
    champion: str = "",
    shadows: Sequence[str] = (),
    features: tuple[str, ...] = (),
    threshold: float = 0.5,
    ended: threading.Event,
    began: Callable[[ServingStatus], None] = lambda _: None,
) -> None:
    """Serve the case until ``ended`` is set.

    If no champion serves yet, the incumbent is installed; if another process steers, it installs the incumbent, and
    requests are refused until then. Decisions that an earlier run left in its segments are imported first. A challenger
    or shadow that cannot be loaded is left out, and the champion answers all the same.

    Args:
        work: the opened case.
        settings: how the gateway is run.
        champion: serves if no champion does yet: a candidate, a file, or ``"module:function"``.
        shadows: the same for those that answer in shadow in addition to the rollout's challenger.
        features: names of the features in order, for files that do not say.
        threshold: the score from which on a user's model acts.
        ended: ends it.
        began: called with the serving status once every worker answers.

    Raises:
        RolloutError: no model has been fitted, or another gateway serves this folder.
        ArtefactError: the champion cannot be loaded.
    """
    settings.folder.mkdir(parents=True, exist_ok=True)
    with _lock_folder(settings.folder):
        record_case(work, at=find_present_time(work))
        if settings.steered and work.case.system != processes.NO_SYSTEM:
            require_known_cohorts(work)
        own = {"trust": settings.trust, "features": features, "threshold": threshold}
        rollout = open_rollout(work)
        if settings.steered or champion or work.case.system == processes.NO_SYSTEM:
            _install(work, rollout, champion, own)
        extra = [_resolve_arm(work, name, own)[0] for name in shadows]
        imported = wal_importer.prepare(processes.build_materials(work, settings), settings)
        out = _admit(work, settings, extra)
        settings = replace(settings, shadows=tuple(arm for arm in extra if arm not in out))
        supervisor = Supervisor(
            settings, _build_roles(work, settings, extra, out), lambda arm: _record_quarantine(work, arm)
        )
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        told = ServingStatus(
            case=work.case.name,
            url=f"http://{host}:{supervisor.port}",
            champion=rollout.state.champion,
            shadows=tuple(arm.name for arm in _list_shadows(work, settings, extra, out)[0]),
            imported=imported,
            left_out=tuple(arm.name for arm in out),
        )
        supervisor.run(ended, lambda: began(told))


def _install(work: Workspace, rollout: Rollout, champion: str, own: Mapping[str, Any]) -> None:
    state = rollout.state
    if state.stage == "empty":
        arm, because = _resolve_arm(work, champion or work.case.incumbent, own)
        rollout.install(arm.name, arm.model, at=work.clock.now(), because=because)
        return
    if champion and _resolve_arm(work, champion, own)[0].model != state.champion_model:
        raise RolloutError(
            f"{state.champion} already serves; only a promotion replaces a champion",
            why=f"version {state.version} serves model {state.champion_model[:12]}",
            mend=f"try it first: `starcase serve --shadow {champion}`",
        )


def _resolve_arm(work: Workspace, name: str, own: Mapping[str, Any]) -> tuple[Arm, tuple[str, ...]]:
    if is_source(name):
        return import_model(work, name, **own), ()
    kept = ensure_deployable(work, name)
    return Arm(name, kept.model), kept.because


def _build_roles(work: Workspace, settings: Settings, extra: Sequence[Arm], out: Sequence[Arm]) -> Roles:
    return Roles(
        worker=processes.work,
        keeper=processes.keep,
        controller=processes.steer if settings.steered and work.case.system != processes.NO_SYSTEM else None,
        shadow=processes.shadow,
        shadows=lambda: _list_shadows(work, settings, extra, out),
        admission=processes.issue,
        strangers=lambda: [arm for arm in _list_unknown_arms(work, settings) if arm not in out],
        arguments=(str(work.root), os.getpid(), settings),
    )


def _list_arms(work: Workspace) -> list[Arm]:
    state = open_rollout(work).state
    named = [(state.champion, state.champion_model), (state.challenger_arm, state.challenger_model)]
    return [Arm(name, model) for name, model in named if model]


def _list_unknown_arms(work: Workspace, settings: Settings) -> list[Arm]:
    passports = GoldenRequestStore(settings.passports)
    return [arm for arm in _list_arms(work) if passports.load(arm.model) is None]


def _list_shadows(
    work: Workspace, settings: Settings, extra: Sequence[Arm], out: Sequence[Arm]
) -> tuple[list[Arm], int]:
    wanted, version = list(extra), 0
    if _list_arms(work):
        plan = load_plan_in_force(processes.build_materials(work, settings), work.ledger)
        wanted, version = [*plan.shadows, *extra], plan.version
    return [arm for arm in {arm.model: arm for arm in wanted}.values() if arm not in out], version


def _admit(work: Workspace, settings: Settings, extra: Sequence[Arm]) -> list[Arm]:
    """Load every model, and give those a passport that have none; returns challengers and shadows that could not be.

    Each is loaded in a separate process, so that its side effects stay there. A shadow that is code gets no passport.
    A challenger that cannot be loaded gets no requests: the champion answers them until it is rolled back.

    Raises:
        ArtefactError: the champion cannot be loaded.
    """
    arms = _list_arms(work)
    tried = [*arms, *(arm for arm in extra if not is_code(work.artefacts.load(arm.model)))]
    refused = _find_refused(work, settings, tried)
    if arms and arms[0] in refused:
        raise ArtefactError(
            f"{arms[0].name} cannot be loaded or cannot answer a request",
            where=str(work.artefacts.path(arms[0].model)),
            why="its own message is printed above; nothing is served",
            mend=f"if case.toml names candidates, write {arms[0].name!r} there as it was when the model was fitted",
        )
    return refused


def _find_refused(work: Workspace, settings: Settings, arms: Sequence[Arm]) -> list[Arm]:
    passports, begun = GoldenRequestStore(settings.passports), []
    for arm in arms:
        part = processes.issue if passports.load(arm.model) is None else processes.try_out
        process = create_fork_server(processes.__name__).Process(
            target=part, args=(str(work.root), os.getpid(), settings, arm.name, arm.model)
        )
        process.start()
        begun.append((arm, process))
    refused = []
    for arm, process in begun:
        process.join(ADMITTED_WITHIN)
        if process.exitcode != 0:
            refused.append(arm)
        process.kill()
        process.join()
    return refused


def _record_quarantine(work: Workspace, arm: Arm) -> None:
    text = f"the shadow {arm.name}, model {arm.model[:12]}, ended repeatedly and is no longer restarted"
    work.ledger.append(NoteRecord(text=text), actor="gateway")


@contextmanager
def _lock_folder(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RolloutError(
                "a gateway already serves this folder",
                where=str(folder),
                mend="stop it first, or restart it with more --workers",
            ) from error
        yield
