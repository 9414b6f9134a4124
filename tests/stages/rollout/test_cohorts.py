"""A rollout over platform cohorts: separate minima per step, and assignments that remain sticky."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.stages.rollout.cleared import cleared, told

from starcase.app.commands.rollout import build_rules
from starcase.contract.case_spec import RolloutSpec, StepSpec
from starcase.contract.request import Answer, Request
from starcase.decide import BUCKETS, Reach, decode_reaches, merge_reaches
from starcase.evidence import DecisionLog, Ledger, Outcome
from starcase.evidence.records import StepRecord
from starcase.stages.replay import run
from starcase.stages.rollout import Rollout, RolloutLoop, RolloutObservation, State, advance, apply_step, compute_state
from starcase.tables.clock import HOUR, SimulatedClock

GOLDEN = Path(__file__).parents[2] / "evidence" / "golden" / "v1.sqlite"
SPEC = RolloutSpec(
    steps=(
        StepSpec(share=0.1, cohorts={"platform": ("web",)}, minimum_decisions=40, minimum_duration="2h"),
        StepSpec(share=0.5, cohorts={"platform": ("web", "tv")}, minimum_outcomes=30),
        StepSpec(share=1.0, cohorts={"platform": ("web",)}),
        0.5,
    ),
    minimum_decisions=10,
    minimum_outcomes=50,
    minimum_duration="1h",
)
RULES = build_rules(SPEC)
WELL = RolloutObservation(at=10 * HOUR, decisions=100, matured=100, coverage=1.0, verdict="not worse", cleared=True)
PLATFORMS = ("web", "tv", "radio", "")


def climbed(to: int) -> State:
    """Return the state after the first ``to`` steps."""
    return State(stage="canary" if to else "shadow", reaches=tuple(rung.reach for rung in RULES.steps[:to]))


def test_each_step_has_separate_minima() -> None:
    assert advance(climbed(0), RULES, WELL).reach == Reach.from_share(0.1, {"platform": ["web"]})
    first = climbed(1)
    assert advance(first, RULES, WELL).reach == Reach.from_share(0.5, {"platform": ["web", "tv"]})
    for held in (replace(WELL, decisions=39), replace(WELL, at=2 * HOUR - 1)):
        assert advance(first, RULES, held).kind == "hold"
    second = State(stage="canary", reaches=(RULES.steps[1].reach,))
    assert advance(second, RULES, replace(WELL, decisions=10, at=HOUR)).reach == RULES.steps[2].reach
    assert "leave this step" in advance(second, RULES, replace(WELL, matured=29)).reason
    assert advance(climbed(4), RULES, WELL).kind == "promote"


def test_after_a_manual_step_the_rollout_continues_from_its_reach() -> None:
    everywhere = State(stage="canary", reaches=(Reach.from_share(0.2),))
    assert advance(everywhere, RULES, WELL).reach == RULES.steps[1].reach
    assert RULES.find_current_step(everywhere.reaches) == RULES.steps[0]


def test_steps_are_taken_in_order_and_none_twice() -> None:
    state, taken = climbed(0), []
    while (step := advance(state, RULES, replace(WELL, at=state.since + 10 * HOUR))).kind != "promote":
        assert step.reach is not None
        taken.append(step.reach)
        state = replace(
            state, stage="canary", reaches=merge_reaches(*state.reaches, step.reach), since=state.since + 10 * HOUR
        )
    assert taken == [rung.reach for rung in RULES.steps]


def test_steps_without_cohorts_in_older_ledgers_apply_to_all_requests(tmp_path: Path) -> None:
    path = Path(shutil.copy(GOLDEN, tmp_path))
    with Ledger.open(path, case="golden", clock=SimulatedClock(2**50), actor="reader") as ledger:
        steps = [(entry.at, step) for entry, step in ledger.of(StepRecord)]
    assert steps
    for _, step in steps:
        assert decode_reaches(step) == ((Reach.from_share(step.share),) if step.share else ())
    assert compute_state(steps) == apply_step(compute_state(steps[:-1]), steps[-1][1], steps[-1][0])


class Says:
    def __init__(self, action: str) -> None:
        self.action = action

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer(self.action, 0.5) for _ in requests]


class Viewers:
    """300 viewers with repeated requests, each on a platform; some requests have no platform."""

    def arrivals(self, since: int, until: int) -> Iterator[Request]:
        for at in range(since, until):
            platform = PLATFORMS[(at * 7) % 4]
            yield Request(f"v{at}", f"u{at % 300}", at, {"platform": platform} if platform else {"age": 7})

    def outcome(self, request: Request, served: Answer) -> Outcome | None:
        return None


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite", case="tv", clock=SimulatedClock(0), actor="test") as opened:
        yield opened


def test_assignments_in_the_log_match_the_reach_of_the_steps(ledger: Ledger, tmp_path: Path) -> None:
    quick = replace(
        RULES, minimum_duration=0,
        steps=tuple(replace(rung, minimum_duration=200, minimum_decisions=1) for rung in RULES.steps),
    )  # fmt: skip
    proof = cleared(ledger, "new", "m2")
    rollout = Rollout(ledger, quick, salt="tv", in_force=told)
    rollout.install("old", "m1", at=0)
    rollout.expose("new", "m2", proof, reach=quick.steps[0].reach, at=0, why="the web first")
    pilot = RolloutLoop(
        case="tv", rollout=rollout, ledger=ledger, models={"m1": Says("old"), "m2": Says("new")}, guards=(),
        compare=lambda at: replace(WELL, at=at, verdict="hold"), clearance=proof, every=100,
    )  # fmt: skip
    with DecisionLog.open(tmp_path / "decisions.sqlite") as log:
        run(Viewers(), pilot, log, SimulatedClock(0), since=1, until=2_000)
        served = log.read(limit=2_000)
    steps = {step.version: step for _, step in ledger.of(StepRecord)}
    assert [step.step for step in steps.values()] == ["install", "canary", "widen", "widen", "widen"]
    met: dict[tuple[str, object], bool] = {}
    for one in served:
        reached = max(
            (r.buckets for r in decode_reaches(steps[one.plan_version]) if r.has_member(one.features)), default=0
        )
        treated = one.bucket < reached
        assert one.action == one.arm == ("new" if treated else "old")
        assert one.propensity == (reached if treated else BUCKETS - reached) / BUCKETS
        key = (one.unit, one.features.get("platform"))
        assert treated >= met.get(key, False)
        met[key] = treated
    last = [one for one in served if one.plan_version == max(steps)]
    assert {one.arm for one in last if one.features.get("platform") == "web"} == {"new"}
    assert {one.arm for one in last if one.features.get("platform") is None} == {"new", "old"}
