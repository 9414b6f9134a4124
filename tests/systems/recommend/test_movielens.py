"""The streaming case's contest on real ratings (a research licence: read where they lie, never shipped): no winner."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.systems.recommend.cases import shared

from starcase.casefile.toml import read_case
from starcase.compute.executor import InProcess
from starcase.contract.case_spec import CandidateSpec, DataSpec
from starcase.stages.contest import run
from starcase.systems.recommend import RecommendSystem

STREAMING = Path(__file__).parents[3] / "cases" / "streaming-recommender"
RECENT = "recent_popularity"


def test_no_candidate_is_shown_better_than_recent_popularity() -> None:
    """Of 943 users 95 can be evaluated, and recent popularity predicts their ratings best."""
    folder = shared("movielens-100k")
    shipped = read_case(STREAMING)
    case = replace(
        shipped,
        folder=str(folder),
        data=DataSpec(path="ratings.parquet", time="ts", target="item_id", unit="user_id"),
        guardrails=(), claims=(),
        candidates=(*(spec for spec in shipped.candidates if not spec.optional), CandidateSpec(name="blend")),
        options={
            "task": "discovery", "weight": "rating", "hit_weight": 4.0, "items": "items.parquet", "item_id": "item_id",
            "item_text": "genres",
        },
    )  # fmt: skip
    system = RecommendSystem()
    record = run(case, system, system.load(case), system.candidates(case), InProcess()).record
    assert record.verdict != "winner"
    pairs = [
        one for one in record.comparisons if RECENT in {one.candidate, one.against} and one.metric == record.objective
    ]
    others = {one.candidate if one.against == RECENT else one.against: one for one in pairs}
    for name in (spec.name for spec in case.candidates):
        one = others[name]
        shown = "better" if one.candidate == name else "worse"
        assert one.verdict != shown, f"{name} is shown better than {RECENT}"
