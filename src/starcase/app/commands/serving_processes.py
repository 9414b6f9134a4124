"""The processes of a gateway; each opens the folder itself."""

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
from starcase.app.commands.rollout import build_rules
from starcase.app.commands.rollout_wiring import wire_rollout
from starcase.app.gate_lookup import create_gate_lookup
from starcase.app.user_models import load_any_model, open_folder
from starcase.app.workspace import Workspace
from starcase.contract.model import Model
from starcase.contract.request import Request
from starcase.decide import Arm, Clearance
from starcase.errors import ArtefactError, CaseFileError, StarcaseError
from starcase.evidence import Ledger
from starcase.serving.models.formats import ThresholdModel
from starcase.serving.models.golden_requests import SHOWN, GoldenRequests, GoldenRequestStore
from starcase.serving.process import rollout_controller, wal_importer, worker
from starcase.serving.process import shadow as shadowing
from starcase.serving.process.control_plane import CaseResources
from starcase.serving.process.settings import Settings
from starcase.serving.process.shutdown import set_process_name, stop_with_parent
from starcase.stages.monitor import feed_guards
from starcase.stages.rollout import Rollout, RolloutLoop
from starcase.stages.shadow import Shadow

GOLDEN = 20
NO_SYSTEM = "none"
P = ParamSpec("P")


def _report_errors(part: Callable[P, None]) -> Callable[P, None]:
    """Write the error that ends a process to standard error, as a traceback if STARCASE_TRACEBACK is set."""

    @wraps(part)
    def run_part(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            part(*args, **kwargs)
        except Exception as error:
            if os.environ.get("STARCASE_TRACEBACK"):
                raise
            said = str(error) if isinstance(error, StarcaseError) else f"{type(error).__name__}: {error}"
            sys.stderr.write(f"starcase serve: {part.__name__.replace('_', ' ')}: {said}\n")
            sys.exit(1)

    return run_part


def build_materials(work: Workspace, settings: Settings) -> CaseResources:
    """Build the case's resources for its gateway."""

    def ledger(actor: str) -> Ledger:
        return Ledger.open(work.store / "ledger.sqlite", case=work.case.name, clock=work.clock, actor=actor)

    def rollout(ledger: Ledger) -> Rollout:
        return Rollout(ledger, build_rules(work.case.rollout), salt=work.case.name, in_force=create_gate_lookup(work))

    def load(candidate: str, model: str) -> Model:
        return load_any_model(work, candidate, model, trust=settings.trust)

    def load_champion(candidate: str, model: str) -> Model:
        return load_any_model(work, candidate, model, trust=settings.trust, anyway=True)

    return CaseResources(
        case=work.case.name, ledger=ledger, log=work.log, rollout=rollout, load=load, load_champion=load_champion,
        clock=work.clock,
    )  # fmt: skip


@_report_errors
def work(root: str, supervisor: int, settings: Settings, number: int, listening: socket.socket) -> None:
    """Answer requests."""
    set_process_name(f"worker-{number}")
    stop_with_parent(supervisor)
    with open_folder(Path(root)) as opened:
        worker.run(build_materials(opened, settings), settings, number, listening)


@_report_errors
def keep(root: str, supervisor: int, settings: Settings) -> None:
    """Import segments into the decision log."""
    set_process_name("keeper")
    stop_with_parent(supervisor)
    with open_folder(Path(root)) as opened:
        wal_importer.run(build_materials(opened, settings), settings)


@_report_errors
def shadow(root: str, supervisor: int, settings: Settings, name: str, model: str, version: int) -> None:
    """Answer in shadow the requests decided under one version of the plan."""
    set_process_name("shadow")
    stop_with_parent(supervisor)
    with open_folder(Path(root)) as opened:
        follower = Shadow(opened.log, model, load_any_model(opened, name, model, trust=settings.trust), version=version)
        shadowing.run(build_materials(opened, settings), settings, Arm(name, model), follower)


@_report_errors
def steer(root: str, supervisor: int, settings: Settings) -> None:
    """Follow the decision log and take the rollout's steps."""
    set_process_name("controller")
    stop_with_parent(supervisor)
    with open_folder(Path(root)) as opened:
        record_case(opened)

        def board(
            rollout: Rollout, clearance: Clearance | None, before: Sequence[rollout_controller.Seen]
        ) -> RolloutLoop | None:
            try:
                return _create_pilot(opened, settings, rollout, clearance, before)
            except CaseFileError as error:
                raise ArtefactError(error.what, why="case.toml no longer names the candidate") from error

        rollout_controller.run(build_materials(opened, settings), settings, board)


def _create_pilot(
    work: Workspace,
    settings: Settings,
    rollout: Rollout,
    clearance: Clearance | None,
    before: Sequence[rollout_controller.Seen],
) -> RolloutLoop:
    """Create a pilot whose guards have read the rollout's earlier steps; shadows run in separate processes."""
    state = rollout.state
    model = load_any_model(work, state.challenger, state.challenger_model, trust=settings.trust)
    passport = GoldenRequestStore(settings.passports).load(state.challenger_model)
    if passport is not None:
        passport.check(model)
    watch = wire_rollout(work, rollout, {state.challenger_model: model}, since=state.since)
    feed_guards(watch.guards, before, challenger=state.challenger_arm)
    return RolloutLoop(
        case=work.case.name, rollout=rollout, ledger=work.ledger, models={state.challenger_model: model},
        guards=watch.guards, compare=watch.compare, clearance=clearance, every=watch.every,
    )  # fmt: skip


@_report_errors
def issue(root: str, supervisor: int, settings: Settings, name: str, model: str) -> None:
    """Send requests to a model and store its answers in its passport."""
    set_process_name("admission")
    stop_with_parent(supervisor)
    with open_folder(Path(root)) as opened:
        arm = Arm(name, model)
        shown = _select_requests(opened, settings, [arm])
        GoldenRequestStore(settings.passports).save(
            GoldenRequests.collect(model, load_any_model(opened, name, model, trust=settings.trust), shown)
        )


@_report_errors
def try_out(root: str, supervisor: int, settings: Settings, name: str, model: str) -> None:
    """Load a model that has a passport."""
    set_process_name("admission")
    stop_with_parent(supervisor)
    with open_folder(Path(root)) as opened:
        fitted = load_any_model(opened, name, model, trust=settings.trust, anyway=True)
        ask_again(opened, name, model, fitted)


def _select_requests(work: Workspace, settings: Settings, arms: Sequence[Arm]) -> Sequence[Request]:
    """Return requests from the case's data; without data, random seeded requests over the models' features."""
    if work.case.system != NO_SYSTEM:
        return work.dataset.requests(work.dataset.folds(count=1)[0])[:SHOWN]
    models = [load_any_model(work, arm.name, arm.model, trust=settings.trust) for arm in arms]
    names = {name: None for model in models if isinstance(model, ThresholdModel) for name in model.scorer.names}
    draws = np.random.default_rng(0).normal(size=(GOLDEN, len(names)))
    return (
        [Request("golden", "golden", 0, dict(zip(names, row, strict=True))) for row in draws.tolist()] if names else []
    )
