"""The process that moves records from segments to the decision log."""

from __future__ import annotations

import os
import threading

from starcase.errors import LedgerError
from starcase.serving.http.metrics import ServingMetrics
from starcase.serving.process.control_plane import CaseResources
from starcase.serving.process.settings import Settings
from starcase.serving.process.shutdown import create_stop_event
from starcase.serving.wal import Importer, Index, acquire_write_lock, list_segments

EVERY = 0.25
NICE = 5


def prepare(materials: CaseResources, settings: Settings) -> int:
    """Import the records left by the last run and rebuild the index; return how many; no worker may run.

    Raises:
        RolloutError: workers of an earlier gateway still run.
    """
    for folder in (settings.wal, settings.counters, settings.passports):
        folder.mkdir(parents=True, exist_ok=True)
    alone = acquire_write_lock(settings.wal, exclusive=True)
    try:
        for stale in settings.counters.iterdir():
            stale.unlink()
        left = Importer(settings.wal, materials.log).catch_up(all_closed=True)
        Index.rebuild(settings.wal, materials.log.ids()).close()
    finally:
        os.close(alone)
    return left


def run(materials: CaseResources, settings: Settings) -> None:
    """Import until a stop signal; while the log cannot take decisions, the segments keep them."""
    os.nice(NICE)
    import_until_stopped(materials, settings, create_stop_event())


def import_until_stopped(materials: CaseResources, settings: Settings, ended: threading.Event) -> None:
    """Import every ``EVERY`` seconds until ``ended`` is set, then once more."""
    importer = Importer(settings.wal, materials.log)
    counts = ServingMetrics()
    last = False
    while True:
        try:
            importer.catch_up()
            counts.gauges["starcase_log_reachable"] = 1.0
        except LedgerError:
            counts.gauges["starcase_log_reachable"] = 0.0
        counts.gauges["starcase_segments"] = len(list_segments(settings.wal))
        counts.gauges["starcase_refused_imports_total"] = importer.refused
        counts.gauges["starcase_torn_segments_total"] = importer.torn
        counts.save_series(settings.counters / "keeper-0", "keeper")
        if last:
            return
        last = ended.wait(EVERY)
