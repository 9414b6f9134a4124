"""Our candidates under the anchors' rules: tuned inside training time under one budget, measured once."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from benchmarks.inference.measure import Measure
from benchmarks.recommend.anchors import MOVIES_DISCOVERY, NDCG_ERROR, RETAIL_DISCOVERY, RETAIL_REPEAT
from benchmarks.recommend.progress import said
from benchmarks.recommend.protocol import RETAIL_CUT, AnchoredSystem, movies, retail
from benchmarks.recommend.ties import orders_of_equals

from starcase.compute.processes import Processes
from starcase.contract.case_spec import Case, ContestSpec
from starcase.evidence.records import Standing
from starcase.stages.contest import Contest, run
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.model import Recommender
from starcase.systems.recommend.scoring.sequence import SequenceScorer

TRIALS = 4
SEEDS, MOMENTS = 5, 3
ROUNDING = 0.00005
Anchors = Mapping[str, tuple[float, float]]
Rows = dict[str, tuple[bool, bool, bool]]


def held(system: RecommendSystem, case: Case, spec: ContestSpec, *, workers: int) -> Contest:
    """The contest of a case, the same number of trials for everybody."""
    case = replace(case, contest=spec)
    with said():
        return run(case, system, system.load(case), system.candidates(case), Processes(workers))


def accuracy(quick: bool, *, only: str = "", trials: int = TRIALS, workers: int = 1) -> Iterable[Measure]:
    """Each table of the anchors, and the share of its rows that is reached; of ``only`` one of them where it is named.

    Every candidate and baseline may try ``trials`` parameter sets in the contest's windows inside training time.
    """
    given: dict[str, tuple[Case | None, str, Anchors]] = {
        "retail_repeat": (retail("repeat"), RETAIL_CUT, RETAIL_REPEAT),
        "retail_discovery": (retail("discovery"), RETAIL_CUT, RETAIL_DISCOVERY),
        "movies_discovery": (movies(), "", MOVIES_DISCOVERY),
    }
    rows: Rows = {}
    for name, (case, cut, anchors) in given.items():
        if only not in {"", name}:
            continue
        if case is None:
            print(f"{name} is left out: STARCASE_DATA does not name the folder of the data", file=sys.stderr)
            continue
        print(f"{name} ...", file=sys.stderr)
        begun, system = time.perf_counter(), AnchoredSystem(cut)
        spec = ContestSpec(folds=1, trials=1 if quick else trials, draws=1000)
        contest = held(system, case, spec, workers=workers)
        found = _table(contest) | orders_of_equals(contest, system, case)
        rows |= _rows(name, found, anchors)
        found["seconds"] = round(time.perf_counter() - begun, 1)
        best = max(found[f"{kind} ndcg"] for kind in anchors)
        goal = max(ndcg for _, ndcg in anchors.values())
        record = contest.record
        what = f"best NDCG@10; verdict: {record.verdict}, {record.recommended or 'nobody'}: {record.reason}"
        yield Measure(name=f"{name}_best", value=best, sense=">=", goal=goal, what=what, parts=found)
    if rows:
        yield _share(rows)


def noise(quick: bool, *, workers: int = 1) -> Iterable[Measure]:
    """Purchases that may repeat, at several moments and with several seeds: what the intervals then still show."""
    case = retail("repeat")
    if case is None:
        print("noise is left out: STARCASE_DATA does not name the folder of the data", file=sys.stderr)
        return
    many = ContestSpec(folds=MOMENTS, trials=1, draws=1000, seeds=2 if quick else SEEDS, over_time=True)
    contest = held(RecommendSystem(), case, many, workers=workers)
    parts: dict[str, float] = {}
    for standing in contest.record.standings:
        figure = standing.figures[0]
        parts[f"{standing.candidate} ndcg"] = figure.value
        parts[f"{standing.candidate} low"], parts[f"{standing.candidate} high"] = figure.low or 0.0, figure.high or 0.0
        parts[f"{standing.candidate} fits"] = standing.fits
        parts[f"{standing.candidate} sd of fits"] = standing.spread.value if standing.spread else 0.0
    shown = [c for c in contest.record.comparisons if c.verdict != "no difference shown"]
    record = contest.record
    yield Measure(
        name="pairs_told_apart_over_time_and_seeds", value=len(shown) / len(record.comparisons), sense=">=", goal=0.0,
        what=f"of all pairs, {MOMENTS} moments, {many.seeds} seeds; verdict: {record.verdict}, "
        f"{record.recommended or 'nobody'}: {record.reason}", parts=parts,
    )  # fmt: skip


def _share(rows: Rows) -> Measure:
    reached = [row[0] for row in rows.values()]
    below = [name for name, row in rows.items() if not row[0]]
    parts = {"rows": float(len(rows)), "share within one standard error of the anchor's NDCG":
             float(np.mean([row[1] for row in rows.values()])),
             "share of rows with parameters": float(np.mean([row[0] for row in rows.values() if row[2]]))}  # fmt: skip
    return Measure(
        name="rows_at_or_above_anchor_share", value=float(np.mean(reached)), sense=">=", goal=1.0, parts=parts,
        what="rows (model and data) whose recall@10 and NDCG@10 both reach the anchor's to four digits; below: "
        + (", ".join(below) or "none"),
    )  # fmt: skip


def _rows(name: str, found: Mapping[str, float], anchors: Anchors) -> Rows:
    """Whether each row reaches its anchor, is within its error, and has parameters at all."""
    rows: Rows = {}
    for kind, (recall, ndcg) in anchors.items():
        ours = found[f"{kind} recall"], found[f"{kind} ndcg"]
        strict = ours[0] >= recall - ROUNDING and ours[1] >= ndcg - ROUNDING
        rows[f"{name} {kind}"] = strict, ours[1] >= ndcg - NDCG_ERROR[name], found[f"{kind} tried"] > 1
    return rows


def _table(contest: Contest) -> dict[str, float]:
    parts: dict[str, float] = {}
    costs = {cost.candidate: {f.name: f.value for f in cost.figures} for cost in contest.cost.costs}
    by_name = {standing.candidate: standing for standing in contest.record.standings}
    base = max(_of(s, "ndcg_10") for s in by_name.values() if s.role == "baseline")
    for kind, standing in by_name.items():
        for label, ending in (("recall", "recall_10"), ("ndcg", "ndcg_10"), ("coverage", "coverage_10"),
                              ("novelty bits", "novelty_10")):  # fmt: skip
            parts[f"{kind} {label}"] = _of(standing, ending)
        ndcg = parts[f"{kind} ndcg"]
        parts[f"{kind} fit s"], parts[f"{kind} p50 us"] = costs[kind]["fit time"], costs[kind]["p50 latency"]
        parts[f"{kind} over incumbent"] = ndcg / _of(by_name["item_knn"], "ndcg_10") - 1
        parts[f"{kind} over best baseline"] = ndcg / base - 1
        parts[f"{kind} tried"] = standing.trials
        if standing.untuned is not None:
            parts[f"{kind} default ndcg"] = standing.untuned.figure.value
    deep = contest.fitted["sasrec"].model if "sasrec" in contest.fitted else None
    if isinstance(deep, Recommender) and isinstance(deep.scorer, SequenceScorer):
        parts["sasrec epochs"] = len(deep.scorer.state.losses)
        parts["sasrec converged"] = deep.scorer.state.converged
    return parts


def _of(standing: Standing, ending: str) -> float:
    return next(figure.value for figure in standing.figures if figure.name.endswith(ending))
