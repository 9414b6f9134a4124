"""The rollout controller: harm rolls a challenger back at once and only once, despite kills and concurrency."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.stages.rollout.cleared import cleared, told

from starcase.decide import Clearance, Reach
from starcase.errors import ArtefactError, GateNotPassed, LedgerError
from starcase.evidence import DecisionLog, Ledger, ServedDecision
from starcase.evidence.records import StepRecord
from starcase.serving.process.control_plane import CaseResources, load_plan_in_force
from starcase.serving.process.rollout_controller import RolloutController, Seen, run_controller
from starcase.serving.process.settings import Settings
from starcase.stages.monitor import AlertRate
from starcase.stages.rollout import Rollout, RolloutLoop, RolloutObservation, Rules
from starcase.tables.clock import MINUTE, SimulatedClock

OLD, NEW = "a" * 64, "b" * 64
RULES = Rules.from_shares(0.5, minimum_decisions=10**6, minimum_outcomes=0, minimum_duration=0, shadow_coverage=0.0)


class World:
    """A case in which ``new`` serves half the units on its clearance."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = DecisionLog.open(folder / "decisions.sqlite")
        with self.ledger("test") as ledger:
            rollout = self.rollout(ledger)
            rollout.install("old", OLD, at=1)
            rollout.expose("new", NEW, cleared(ledger, "new", NEW), reach=Reach.from_share(0.5), at=2, why="a test")
        self.materials = CaseResources(
            case="shop", ledger=self.ledger, log=self.log, rollout=self.rollout,
            load=lambda _, __: pytest.fail("nothing is loaded"), clock=SimulatedClock(1_000),
        )  # fmt: skip

    def ledger(self, actor: str) -> Ledger:
        return Ledger.open(self.folder / "ledger.sqlite", case="shop", clock=SimulatedClock(1_000), actor=actor)

    def rollout(self, ledger: Ledger) -> Rollout:
        return Rollout(ledger, RULES, salt="shop", in_force=told)

    def serve(self, blocked: int, since: int = 0, version: int = 2) -> None:
        """Decisions of the challenger, the first ``blocked`` of 50 blocked."""
        actions = ["block" if i < blocked else "approve" for i in range(50)]
        self.log.append([
            ServedDecision(id=f"t{since + i}", unit="u", at=10 + i, plan_version=version, bucket=3, arm="new",
            model=NEW,
                   propensity=0.5, action=action, score=0.5)
            for i, action in enumerate(actions)
        ])  # fmt: skip

    def board(self, ledger: Ledger) -> Callable[[Rollout, Clearance | None, Sequence[Seen]], RolloutLoop]:
        def board(rollout: Rollout, clearance: Clearance | None, before: Sequence[Seen]) -> RolloutLoop:
            guard = AlertRate(frozenset({"block"}), allowed=0.02, alpha=0.01)
            for decision, latency_us in before:
                guard.observe(decision, latency_us)
            return RolloutLoop(
                case="shop", rollout=rollout, ledger=ledger, models={}, guards=[guard],
                compare=lambda at: RolloutObservation(at=at), clearance=clearance, every=100,
            )  # fmt: skip

        return board

    def controller(self, ledger: Ledger) -> RolloutController:
        return RolloutController(self.materials, ledger, self.board(ledger))

    def steps(self) -> list[str]:
        with self.ledger("reader") as ledger:
            return [record.step for _, record in ledger.of(StepRecord)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_flood_rolls_the_challenger_back_at_once_and_normal_traffic_does_not(world: World) -> None:
    with world.ledger("controller") as ledger:
        controller = world.controller(ledger)
        world.serve(blocked=0)
        controller.tick()
        assert world.steps() == ["install", "canary"]
        world.serve(blocked=25, since=50)
        controller.tick()
        controller.tick()
    assert world.steps() == ["install", "canary", "rollback"]


def test_a_restarted_controller_feeds_earlier_decisions_to_its_guards(world: World) -> None:
    """Two halves of a flood, neither sufficient by itself, are seen by two controllers in sequence."""
    with world.ledger("controller") as ledger:
        world.serve(blocked=2)
        world.controller(ledger).tick()
        assert world.steps() == ["install", "canary"]
        world.serve(blocked=4, since=50)
        world.controller(ledger).tick()
    assert world.steps() == ["install", "canary", "rollback"]


@pytest.mark.parametrize("writes", range(3))
def test_killed_between_any_two_writes_there_is_one_final_state(
    world: World, writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.serve(blocked=50)
    left = [writes]
    append = Ledger.append

    def killed(self: Ledger, *arguments: object, **more: object) -> object:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return append(self, *arguments, **more)  # type: ignore[arg-type]

    with world.ledger("controller") as ledger:
        with monkeypatch.context() as patched:
            patched.setattr(Ledger, "append", killed)
            try:
                world.controller(ledger).tick()
            except KeyboardInterrupt:
                assert writes < 2
        for _ in range(2):
            world.controller(ledger).tick()
    assert world.steps() == ["install", "canary", "rollback"]


def test_two_concurrent_controllers_take_one_step(world: World) -> None:
    world.serve(blocked=50)
    barrier = threading.Barrier(4)

    def control() -> None:
        with world.ledger("controller") as ledger:
            controller = world.controller(ledger)
            barrier.wait()
            for _ in range(3):
                controller.tick()

    threads = [threading.Thread(target=control) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.steps() == ["install", "canary", "rollback"]


@pytest.mark.parametrize("leap", [9 * MINUTE, -9 * MINUTE])
def test_a_clock_change_neither_shortens_a_step_nor_delays_a_look(world: World, leap: int) -> None:
    """A step lasts half an hour, looks come every five minutes, and the clock is set after ten minutes."""
    clock, passed, looks = SimulatedClock(1_000), [0], list[int]()
    (step,) = RULES.steps
    rules = replace(RULES, steps=(replace(step, minimum_decisions=1, minimum_duration=30 * MINUTE),))
    world.materials = replace(
        world.materials, clock=clock, rollout=lambda ledger: Rollout(ledger, rules, salt="shop", in_force=told)
    )

    def board(rollout: Rollout, clearance: Clearance | None, before: Sequence[Seen]) -> RolloutLoop:
        def compare(at: int) -> RolloutObservation:
            looks.append(passed[0])
            return RolloutObservation(at=at, verdict="not worse", matured=1)

        return RolloutLoop(
            case="shop", rollout=rollout, ledger=ledger, models={}, guards=(), compare=compare, clearance=clearance,
            every=5 * MINUTE,
        )  # fmt: skip

    world.serve(blocked=0)
    with world.ledger("controller") as ledger:
        controller = RolloutController(world.materials, ledger, board, steady=lambda: 60.0 * passed[0])
        while world.steps()[-1] != "promote":
            controller.tick()
            passed[0] += 1
            clock.at += MINUTE + (leap if passed[0] == 10 else 0)
    assert looks == [5, 10, 15, 20, 25, 30]


def test_the_controller_holds_while_the_log_is_unreadable_and_continues_after(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.serve(blocked=50)
    ended, reads = threading.Event(), []
    settings = Settings(folder=tmp_path / "serving")
    settings.counters.mkdir(parents=True)
    read = DecisionLog.read

    def failing(self: DecisionLog, *arguments: int, **more: int) -> list[ServedDecision]:
        reads.append(1)
        if len(reads) < 3:
            assert world.steps() == ["install", "canary"]
            raise LedgerError("the disk is gone")
        ended.set()
        return read(self, *arguments, **more)

    monkeypatch.setattr(DecisionLog, "read", failing)
    monkeypatch.setattr("starcase.serving.process.rollout_controller.EVERY", 0.01)
    with world.ledger("controller") as ledger:
        run_controller(world.materials, settings, world.board(ledger), ended)
    assert world.steps() == ["install", "canary", "rollback"]


def not_cleared(*_: object) -> Clearance:
    raise GateNotPassed("the waiver was taken back")


def test_a_challenger_without_clearance_serves_no_unit_and_is_rolled_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rollout, "prove_clearance", not_cleared)
    with world.ledger("controller") as ledger:
        plan = load_plan_in_force(world.materials, ledger)
        assert (plan.version, plan.challenger, plan.champion.name) == (2, None, "old")
        world.controller(ledger).tick()
        reason = ledger.of(StepRecord)[-1][1].reason
    assert world.steps() == ["install", "canary", "rollback"]
    assert reason == "its clearance is no longer in force"


def test_an_unloadable_challenger_is_rolled_back_and_one_in_shadow_stays(world: World) -> None:
    def board(*_: object) -> RolloutLoop:
        raise ArtefactError("a file of the model is missing")

    with world.ledger("controller") as ledger:
        RolloutController(world.materials, ledger, board).tick()
        reason = ledger.of(StepRecord)[-1][1].reason
        assert reason == "its model cannot be loaded: a file of the model is missing"
        world.rollout(ledger).shadow("new", NEW, at=9)
        RolloutController(world.materials, ledger, board).tick()
    assert world.steps() == ["install", "canary", "rollback", "shadow"]
