"""Our candidates under the anchors' rules: tuned inside training time, measured once, with intervals."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from benchmarks.inference.measure import Measure
from benchmarks.recommend.anchors import MOVIES_DISCOVERY, NDCG_ERROR, RETAIL_DISCOVERY, RETAIL_REPEAT

from starcase.case.executor import InProcess
from starcase.case.spec import CandidateSpec, Case, ContestSpec, DataSpec, ObjectiveSpec
from starcase.case.toml import read_case
from starcase.contest import Contest, run
from starcase.evidence.records import Standing
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.roster import LEARNERS, installed

RETAIL = Path(__file__).parents[2] / "cases" / "ecommerce-recommender"
Anchors = Mapping[str, tuple[float, float]]


def retail(task: str) -> Case:
    """The shipped purchases, every candidate that can be fitted here."""
    shipped = read_case(RETAIL)
    named = tuple(CandidateSpec(name=kind) for kind, learner in LEARNERS.items() if installed(learner))
    return replace(
        shipped, candidates=named, guardrails=(), objective=ObjectiveSpec(metric=f"{task}_ndcg_10"),
        options={**shipped.options, "task": task},
    )  # fmt: skip


def movies() -> Case | None:
    """MovieLens 100k, for benchmarks only: its licence does not let anybody pass it on."""
    root = os.environ.get("STARCASE_DATA")
    if not root:
        return None
    options = {"task": "discovery", "fewest_users": 1, "weight": "rating", "hit_weight": 4.0, "items": "items.parquet",
               "item_id": "item_id", "item_text": "genres"}  # fmt: skip
    return Case(
        name="movies", title="Movies", system="recommend", incumbent="item_knn", seed=7, options=options,
        folder=str(Path(root, "movielens-100k")), objective=ObjectiveSpec(metric="discovery_ndcg_10"),
        data=DataSpec(path="ratings.parquet", time="ts", target="item_id", unit="user_id"),
    )  # fmt: skip


def held(case: Case, *, trials: int, folds: int = 1) -> Contest:
    """The contest of a case."""
    system = RecommendSystem()
    case = replace(case, contest=ContestSpec(folds=folds, trials=trials, draws=500))
    return run(case, system, system.load(case), system.candidates(case), InProcess())


def accuracy(quick: bool) -> Iterable[Measure]:
    """Each table of the anchors, and the share of its rows that is reached."""
    given: dict[str, tuple[Case | None, Anchors]] = {
        "retail_repeat": (retail("repeat"), RETAIL_REPEAT),
        "retail_discovery": (retail("discovery"), RETAIL_DISCOVERY),
        "movies_discovery": (movies(), MOVIES_DISCOVERY),
    }
    rows: list[tuple[bool, bool]] = []
    for name, (case, anchors) in given.items():
        if case is None:
            print(f"{name} is left out: STARCASE_DATA does not name the folder of the data", file=sys.stderr)
            continue
        begun = time.perf_counter()
        contest = held(case, trials=1 if quick else 4)
        found, reached = _table(name, contest, anchors)
        rows += reached
        found["seconds"] = round(time.perf_counter() - begun, 1)
        best = max(found[f"{kind} ndcg"] for kind in anchors)
        goal = max(ndcg for _, ndcg in anchors.values())
        what = f"best NDCG@10; verdict: {contest.record.verdict}, {contest.record.recommended}: {contest.record.reason}"
        yield Measure(name=f"{name}_best", value=best, sense=">=", goal=goal, what=what, parts=found)
    strict, within = (float(np.mean([row[place] for row in rows])) for place in (0, 1))
    yield Measure(
        name="rows_at_or_above_anchor_share", value=strict, sense=">=", goal=1.0,
        what="rows (model and data) whose recall@10 and NDCG@10 are both at or above the anchor's",
        parts={"rows": len(rows), "share within one standard error of the anchor's NDCG": within},
    )  # fmt: skip


def _table(name: str, contest: Contest, anchors: Anchors) -> tuple[dict[str, float], list[tuple[bool, bool]]]:
    parts: dict[str, float] = {}
    reached = []
    costs = {cost.candidate: {f.name: f.value for f in cost.figures} for cost in contest.cost.costs}
    by_name = {standing.candidate: standing for standing in contest.record.standings}
    base = max(_of(s, "ndcg_10") for s in by_name.values() if s.role == "baseline")
    for kind, standing in by_name.items():
        recall, ndcg = _of(standing, "recall_10"), _of(standing, "ndcg_10")
        parts[f"{kind} recall"], parts[f"{kind} ndcg"] = recall, ndcg
        parts[f"{kind} coverage"], parts[f"{kind} novelty bits"] = (
            _of(standing, "coverage_10"),
            _of(standing, "novelty_10"),
        )
        parts[f"{kind} fit s"], parts[f"{kind} p50 us"] = costs[kind]["fit time"], costs[kind]["p50 latency"]
        parts[f"{kind} over incumbent"] = ndcg / _of(by_name["item_knn"], "ndcg_10") - 1
        parts[f"{kind} over best baseline"] = ndcg / base - 1
        parts[f"{kind} tried"] = standing.trials
        if kind in anchors:
            wanted = anchors[kind]
            reached.append((recall >= wanted[0] and ndcg >= wanted[1], ndcg >= wanted[1] - NDCG_ERROR[name]))
    return parts, reached


def _of(standing: Standing, ending: str) -> float:
    return next(figure.value for figure in standing.figures if figure.name.endswith(ending))
