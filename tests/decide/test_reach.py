"""Cohorts: a step only adds units, and the logged propensity is the true probability."""

from __future__ import annotations

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from starcase.contract.request import Scalar
from starcase.decide import (
    BUCKETS,
    Arm,
    Clearance,
    Reach,
    ServingPlan,
    decode_reaches,
    describe_reaches,
    encode_reaches,
    merge_reaches,
)
from starcase.evidence.records import StepRecord

CHAMPION, CHALLENGER = Arm("old", "c" * 8), Arm("new", "d" * 8)
CLEARANCE = Clearance(candidate="new", model="d" * 8, evidence=("gate-1",), hashes=("h",))
PLATFORMS: dict[str, list[str | int | bool]] = {"platform": ["web", "tv", "phone"], "shop": [1, 2, 3]}

cohorts = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from(values), min_size=1) for name, values in PLATFORMS.items()}
)
reaches = st.builds(Reach.from_share, st.floats(0, 1), cohorts)
features: st.SearchStrategy[dict[str, Scalar]] = st.fixed_dictionaries(
    {"amount": st.just(1.0)},
    optional={
        "platform": st.sampled_from(["web", "tv", "phone", "radio", None]),
        "shop": st.sampled_from([1, 2.0, 3, 4, "1", None, float("nan")]),
    },
)
buckets = st.integers(0, BUCKETS - 1)


def exposing(*steps: Reach) -> ServingPlan:
    plan = ServingPlan(case="shop", version=1, salt="shop", champion=CHAMPION)
    return plan.expose_challenger(CHALLENGER, steps, CLEARANCE, version=2)


def one_more(before: tuple[Reach, ...], step: Reach) -> tuple[Reach, ...]:
    return merge_reaches(*before, step)


@given(st.lists(reaches, min_size=1, max_size=5), features, buckets)
def test_a_further_step_never_moves_a_unit_out_of_the_challengers_arm(
    steps: list[Reach], asked: dict[str, Scalar], bucket: int
) -> None:
    arms = [exposing(*steps[: n + 1]).assign(bucket, asked)[0].name for n in range(len(steps))]
    assert arms == sorted(arms, reverse=True)


@given(st.lists(reaches, max_size=4), features)
def test_the_propensity_is_the_share_of_buckets_of_the_arm(steps: list[Reach], asked: dict[str, Scalar]) -> None:
    plan = exposing(*steps)
    arm, propensity = plan.assign(0, asked)
    held = round(propensity * BUCKETS) if arm is CHALLENGER else 0
    for bucket in {0, held - 1, held, BUCKETS - 1} & set(range(BUCKETS)):
        expected = (CHALLENGER, held / BUCKETS) if bucket < held else (CHAMPION, (BUCKETS - held) / BUCKETS)
        assert plan.assign(bucket, asked) == expected


@given(st.lists(reaches, max_size=5), features)
def test_encoding_several_reaches_keeps_all_of_them(steps: list[Reach], asked: dict[str, Scalar]) -> None:
    kept = merge_reaches(*steps)
    most = [max((r.buckets for r in some if r.has_member(asked)), default=0) for some in (steps, kept)]
    assert most[0] == most[1]
    assert all(not one.is_within(other) for one in kept for other in kept if one is not other)
    nobody: tuple[Reach, ...] = ()
    assert reduce(one_more, steps, nobody) == kept


@given(st.lists(reaches.filter(lambda reach: reach.buckets > 0), max_size=4))
def test_a_step_from_the_ledger_restores_the_reach_of_the_plan(steps: list[Reach]) -> None:
    kept = merge_reaches(*steps)
    share = max((reach.share for reach in kept), default=0.0)
    record = StepRecord(
        rollout="shop-1", version=2, step="canary", champion="old", champion_model="c", challenger="new",
        challenger_model="d", share=share, because=(), reason="told", automatic=True, decisions=0,
        reaches=encode_reaches(kept),
    )  # fmt: skip
    assert decode_reaches(record) == kept


def test_outside_the_cohorts_the_champion_serves_with_probability_one() -> None:
    plan = exposing(
        Reach.from_share(0.5, {"platform": ["web"]}), Reach.from_share(1.0, {"platform": ["tv"], "shop": [2]})
    )
    assert plan.assign(0, {"platform": "web"}) == (CHALLENGER, 0.5)
    assert plan.assign(9_999, {"platform": "web"}) == (CHAMPION, 0.5)
    assert plan.assign(9_999, {"platform": "tv", "shop": 2}) == (CHALLENGER, 1.0)
    for outside in ({}, {"platform": None}, {"platform": "tv"}, {"platform": ["web"]}):
        assert plan.assign(0, outside) == (CHAMPION, 1.0)  # type: ignore[arg-type]
    assert plan.stage == "canary"
    assert describe_reaches(plan.reaches) == (
        "50 % of the units where platform is web and 100 % of the units where platform is tv and shop is 2"
    )
