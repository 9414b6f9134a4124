"""What each process of a gateway does: opens the folder anew, and plays its part."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import numpy as np

from starcase.app.commands.case_wording import record_case
from starcase.app.commands.golden_answers import ask_again
from starcase.app.commands.rollout import rules_of
from starcase.app.commands.rollout_wiring import steering
from starcase.app.gate_lookup import in_force_of
from starcase.app.user_models import folder_of, model_for
from starcase.app.workspace import Workspace
from starcase.contract.model import Model
from starcase.contract.request import Request
from starcase.decide import Arm, Clearance
from starcase.errors import ArtefactError, CaseFileError, StarcaseError
from starcase.evidence import Ledger
from starcase.serving.models.formats import OwnModel
from starcase.serving.models.golden_requests import SHOWN, Passport, Passports
from starcase.serving.process import rollout_controller, wal_importer, worker
from starcase.serving.process import shadow as shadowing
from starcase.serving.process.control_plane import Materials
from starcase.serving.process.settings import Settings
from starcase.serving.process.shutdown import end_with, named
from starcase.stages.monitor import shown
from starcase.stages.rollout import Pilot, Rollout
from starcase.stages.shadow import Shadow

GOLDEN = 20
NO_SYSTEM = "none"
P = ParamSpec("P")


def _in_words(part: Callable[P, None]) -> Callable[P, None]:
    """What ends a process stands on standard error in words, and as a traceback where STARCASE_TRACEBACK is set."""

    @wraps(part)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            part(*args, **kwargs)
        except Exception as error:
            if os.environ.get("STARCASE_TRACEBACK"):
                raise
            said = str(error) if isinstance(error, StarcaseError) else f"{type(error).__name__}: {error}"
            sys.stderr.write(f"starcase serve: {part.__name__.replace('_', ' ')}: {said}\n")
            sys.exit(1)

    return told


def materials_of(work: Workspace, settings: Settings) -> Materials:
    """What the case brings to its gateway."""

    def ledger(actor: str) -> Ledger:
        return Ledger.open(work.store / "ledger.sqlite", case=work.case.name, clock=work.clock, actor=actor)

    def rollout(ledger: Ledger) -> Rollout:
        return Rollout(ledger, rules_of(work.case.rollout), salt=work.case.name, in_force=in_force_of(work))

    def load(candidate: str, model: str) -> Model:
        return model_for(work, candidate, model, trust=settings.trust)

    def load_champion(candidate: str, model: str) -> Model:
        return model_for(work, candidate, model, trust=settings.trust, anyway=True)

    return Materials(
        case=work.case.name, ledger=ledger, log=work.log, rollout=rollout, load=load, load_champion=load_champion,
        clock=work.clock,
    )  # fmt: skip


@_in_words
def work(root: str, supervisor: int, settings: Settings, number: int, listening: socket.socket) -> None:
    """Answer."""
    named(f"worker-{number}")
    end_with(supervisor)
    with folder_of(Path(root)) as opened:
        worker.run(materials_of(opened, settings), settings, number, listening)


@_in_words
def keep(root: str, supervisor: int, settings: Settings) -> None:
    """Import segments into the decision log."""
    named("keeper")
    end_with(supervisor)
    with folder_of(Path(root)) as opened:
        wal_importer.run(materials_of(opened, settings), settings)


@_in_words
def shadow(root: str, supervisor: int, settings: Settings, name: str, model: str, version: int) -> None:
    """Answer in shadow what is decided under one version of the plan."""
    named("shadow")
    end_with(supervisor)
    with folder_of(Path(root)) as opened:
        follower = Shadow(opened.log, model, model_for(opened, name, model, trust=settings.trust), version=version)
        shadowing.run(materials_of(opened, settings), settings, Arm(name, model), follower)


@_in_words
def steer(root: str, supervisor: int, settings: Settings) -> None:
    """Follow the log, and take the rollout's steps."""
    named("controller")
    end_with(supervisor)
    with folder_of(Path(root)) as opened:
        record_case(opened)

        def board(
            rollout: Rollout, clearance: Clearance | None, before: Sequence[rollout_controller.Seen]
        ) -> Pilot | None:
            try:
                return _pilot(opened, settings, rollout, clearance, before)
            except CaseFileError as error:
                raise ArtefactError(error.what, why="case.toml no longer names the candidate") from error

        rollout_controller.run(materials_of(opened, settings), settings, board)


def _pilot(
    work: Workspace,
    settings: Settings,
    rollout: Rollout,
    clearance: Clearance | None,
    before: Sequence[rollout_controller.Seen],
) -> Pilot:
    """A pilot whose guards have seen the rollout's earlier steps; shadows have processes of their own."""
    state = rollout.state
    model = model_for(work, state.challenger, state.challenger_model, trust=settings.trust)
    passport = Passports(settings.passports).of(state.challenger_model)
    if passport is not None:
        passport.check(model)
    watch = steering(work, rollout, {state.challenger_model: model}, since=state.since)
    shown(watch.guards, before, challenger=state.challenger_arm)
    return Pilot(
        case=work.case.name, rollout=rollout, ledger=work.ledger, models={state.challenger_model: model},
        guards=watch.guards, compare=watch.compare, clearance=clearance, every=watch.every,
    )  # fmt: skip


@_in_words
def issue(root: str, supervisor: int, settings: Settings, name: str, model: str) -> None:
    """Show a model requests, and keep what it said in its passport."""
    named("admission")
    end_with(supervisor)
    with folder_of(Path(root)) as opened:
        arm = Arm(name, model)
        shown = _requests(opened, settings, [arm])
        Passports(settings.passports).keep(
            Passport.issue(model, model_for(opened, name, model, trust=settings.trust), shown)
        )


@_in_words
def try_out(root: str, supervisor: int, settings: Settings, name: str, model: str) -> None:
    """Load a model that has a passport."""
    named("admission")
    end_with(supervisor)
    with folder_of(Path(root)) as opened:
        fitted = model_for(opened, name, model, trust=settings.trust, anyway=True)
        ask_again(opened, name, model, fitted)


def _requests(work: Workspace, settings: Settings, arms: Sequence[Arm]) -> Sequence[Request]:
    """Requests of the case's own data; where it has none, seeded ones over the features the models name."""
    if work.case.system != NO_SYSTEM:
        return work.dataset.requests(work.dataset.folds(count=1)[0])[:SHOWN]
    models = [model_for(work, arm.name, arm.model, trust=settings.trust) for arm in arms]
    names = {name: None for model in models if isinstance(model, OwnModel) for name in model.scorer.names}
    draws = np.random.default_rng(0).normal(size=(GOLDEN, len(names)))
    return (
        [Request("golden", "golden", 0, dict(zip(names, row, strict=True))) for row in draws.tolist()] if names else []
    )
