"""One worker process of a gateway."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NoReturn

import uvicorn
import uvloop

from starcase.contract.model import OnlineModel
from starcase.contract.request import Request
from starcase.decide import Arm, ServingPlan
from starcase.errors import LedgerError
from starcase.evidence.records import StepRecord
from starcase.serving.http.app import App
from starcase.serving.http.fast_path import create_protocol
from starcase.serving.http.gateway import Gateway, Limits
from starcase.serving.http.metrics import ServingMetrics, list_counter_files, load_series, render_prometheus
from starcase.serving.http.snapshot import Snapshot
from starcase.serving.http.tracing import Tracing
from starcase.serving.http.wire import RequestRefusal
from starcase.serving.models.golden_requests import GoldenRequestStore
from starcase.serving.models.model_cache import ModelCache
from starcase.serving.process.control_plane import CaseResources, LedgerControlPlane, load_plan_in_force
from starcase.serving.process.online_updates import OnlineUpdates
from starcase.serving.process.plan_watcher import PlanWatcher
from starcase.serving.process.settings import Settings
from starcase.serving.wal import WriteAhead, packed

SWITCH_SECONDS = 0.0005
TICK, TEACH = 0.5, 0.2
KEEP_ALIVE = 75


def run(materials: CaseResources, settings: Settings, worker: int, listening: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT, then answer the pending requests and end."""
    sys.setswitchinterval(SWITCH_SECONDS)
    uvloop.run(Worker(materials, settings, worker).serve(listening))


class Worker:
    """A gateway with its plan, models and HTTP server.

    Args:
        materials: the case's, opened in this process.
        settings: how the gateway is run.
        number: the worker's number; segments and counters bear it.
    """

    def __init__(self, materials: CaseResources, settings: Settings, number: int) -> None:
        self._materials = materials
        self._settings = settings
        self._number = number
        self._counts = ServingMetrics()
        self._ledger = materials.ledger("gateway")
        self._shelf = ModelCache(materials.load, GoldenRequestStore(settings.passports), materials.load_champion)
        self._teaching = OnlineUpdates(materials.log)
        self._follower = PlanWatcher(
            self._find_newest_version,
            lambda: load_plan_in_force(materials, self._ledger),
            self._shelf,
            self._switch_snapshot,
            self._teaching.update_models,
        )
        self._gateway: Gateway | None = None

    async def serve(self, listening: socket.socket) -> None:
        """Serve on a listening socket until a stop signal."""
        snapshot = (
            self._follower.load_first() if self._find_newest_version() else build_empty_snapshot(self._materials.case)
        )
        wal = self._open_wal()
        gateway = self._gateway = Gateway(
            snapshot,
            wal,
            waits=self._settings.durability == "durable",
            limits=self._resolve_limits(),
            clock=self._materials.clock,
            counts=self._counts,
        )
        app = App(
            gateway,
            LedgerControlPlane(self._materials, self._shelf.reload),
            token=self._settings.token,
            metrics=self._render_metrics,
            degraded=lambda: self._follower.degraded,
            tracing=Tracing(spans=self._settings.spans),
            shadows=self._settings.shadows,
            steered=self._settings.steered,
        )
        self._follower.start()
        ticking = [
            asyncio.create_task(part)
            for part in (self._save_metrics(wal), self._update_models(), self._counts.lag.watch())
        ]
        try:
            await _create_server(app, gateway, self._settings).serve(sockets=[listening])
        finally:
            for task in ticking:
                task.cancel()
            await asyncio.to_thread(self._follower.stop)
            if wal is not None:
                await wal.close()
            self._ledger.close()

    def _resolve_limits(self) -> Limits:
        """Return the limits as set; without a controller (a replay), requests may lie ahead of the clock."""
        limits = self._settings.limits
        return limits if self._settings.steered else replace(limits, ahead=None)

    def _open_wal(self) -> WriteAhead | None:
        if self._settings.durability == "off":
            return None
        log = self._materials.log

        def elsewhere(id_: str) -> bytes | None:
            standing = log.decision(id_)
            return None if standing is None else packed(standing)

        return WriteAhead(self._settings.wal, self._number, elsewhere)

    def _find_newest_version(self) -> int:
        last = self._ledger.last(StepRecord, lambda step: step.step != "hold")
        return 0 if last is None else last[1].version

    def _switch_snapshot(self, snapshot: Snapshot) -> None:
        assert self._gateway is not None
        self._gateway.snapshot = snapshot

    async def _save_metrics(self, wal: WriteAhead | None) -> None:
        path = self._settings.counters / f"worker-{self._number}"
        while True:
            await asyncio.to_thread(self._counts.save_series, path, path.name)
            await asyncio.sleep(TICK)
            self._set_gauges(wal)

    async def _update_models(self) -> None:
        """Update online-learning models with outcomes of their decisions; while the log cannot be read, wait."""
        while True:
            assert self._gateway is not None
            models = self._gateway.snapshot.models
            if any(isinstance(model, OnlineModel) for model in models.values()):
                with suppress(LedgerError):
                    await asyncio.to_thread(self._teaching.update_models, models)
                self._counts.gauges["starcase_outcomes_learnt_total"] = self._teaching.learnt
                self._counts.gauges["starcase_outcomes_not_learnt_total"] = self._teaching.refused
            await asyncio.sleep(TEACH)

    def _set_gauges(self, wal: WriteAhead | None) -> None:
        assert self._gateway is not None
        gauges = self._counts.gauges
        gauges["starcase_in_flight"] = self._gateway.in_flight
        gauges["starcase_plan_version"] = self._gateway.snapshot.plan.version
        gauges["starcase_degraded"] = float(bool(self._follower.degraded))
        if wal is not None:
            gauges["starcase_commits_total"] = wal.commits
            gauges["starcase_commit_failures_total"] = wal.failures
            gauges["starcase_commit_seconds_total"] = wal.commit_seconds

    def _render_metrics(self) -> str:
        others = [path for path in list_counter_files(self._settings.counters) if path.name != f"worker-{self._number}"]
        return render_prometheus(
            [
                *self._counts.collect_series(f"worker-{self._number}"),
                *(one for path in others for one in load_series(path)),
            ]
        )


def _create_server(app: App, gateway: Gateway, settings: Settings) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools" if settings.spans else create_protocol(gateway, token=settings.token),
            ws="none",
            lifespan="off",
            access_log=False,
            log_level="warning",
            server_header=False,
            date_header=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=10,
        )
    )


class NoPlanModel:
    """Refuses every request: no plan is in force."""

    def decide(self, requests: Sequence[Request], /) -> NoReturn:
        """Raise Refusal."""
        del requests
        raise RequestRefusal(
            503,
            "nobody serves",
            "no champion serves yet",
            mend="wait for the first plan, or create it: `starcase replay`",
        )


def build_empty_snapshot(case: str) -> Snapshot:
    """Build the snapshot of a case without a champion: version 0 of its plan."""
    return Snapshot(ServingPlan(case=case, version=0, salt=case, champion=Arm("nobody", "")), {"": NoPlanModel()})
