"""The monitor command changes nothing, gives the readings of the guards, and is repeatable."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.stages.review.rolled_back import flooded

from starcase.app import Workspace
from starcase.app.commands.monitor import monitor
from starcase.errors import RolloutError
from starcase.evidence.records import MonitorRecord
from starcase.testing import ToySystem, toy_case


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return flooded(tmp_path)


def test_a_later_look_gives_the_readings_of_the_guards(work: Workspace) -> None:
    _, record = monitor(work)
    (at_the_time,) = [seen for _, seen in work.ledger.of(MonitorRecord) if not seen.health]
    assert record.tripped == at_the_time.tripped == ("alert rate",)
    assert [(r.guard, r.n, r.evidence_against.value) for r in record.readings] == [
        (r.guard, r.n, r.evidence_against.value) for r in at_the_time.readings
    ]


def test_a_look_at_an_unchanged_log_returns_the_existing_record(work: Workspace) -> None:
    first, head = monitor(work), work.ledger.head()
    assert monitor(work) == first
    assert work.ledger.head() == head


def test_drift_and_health_are_figures_in_their_own_units(work: Workspace) -> None:
    _, record = monitor(work)
    health = {figure.name: figure for figure in record.health}
    assert health["decisions"].value == len(work.log.table(known_by=10**9).filter(arm="noisy"))
    assert health["decisions the champion had to answer"].value == 0
    assert [name for name, figure in health.items() if figure.clock] == ["p50 latency", "p99 latency"]
    assert all("error_rate" in figure.name and figure.unit == "share" for figure in record.drift)


def test_a_rollout_without_a_challenger_can_be_monitored(work: Workspace) -> None:
    _, record = monitor(work, "toy-1")
    assert record.readings == ()
    assert record.model == work.ledger.entry("rollout-1").record.champion_model  # type: ignore[attr-defined]


def test_monitoring_without_a_champion_is_refused(work: Workspace, tmp_path: Path) -> None:
    with pytest.raises(RolloutError, match="toy-9"):
        monitor(work, "toy-9")
    with (
        Workspace(toy_case(), tmp_path / "empty", system=ToySystem()) as empty,
        pytest.raises(RolloutError, match="no champion serves yet"),
    ):
        monitor(empty)


def test_two_runs_with_one_seed_give_the_same_result(work: Workspace, tmp_path: Path) -> None:
    other = flooded(tmp_path / "again")
    monitor(work)
    monitor(other)
    assert work.ledger.digest() == other.ledger.digest()
