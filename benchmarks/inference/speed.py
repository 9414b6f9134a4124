"""How long an analysis takes: from Parquet, and at a further look."""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import numpy as np
import polars as pl
from benchmarks.inference import peers
from benchmarks.inference.measure import Measure

from starcase.inference import (
    ComparisonPlan,
    DeltaMetric,
    Effect,
    Mean,
    Moments,
    Ratio,
    compute_arm_moments,
    estimate_difference,
    look_at_arms,
)

COLUMNS = ("orders", "sessions", "revenue", "before")
METRICS: tuple[DeltaMetric, ...] = (
    Mean("orders"),
    Mean("revenue"),
    Mean("revenue", given=("before",)),
    Ratio("orders", "sessions"),
)
ROUNDS = 4
LOOKS = 200


def data(rows: int, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    arm = (rng.random(rows) < 0.5).astype(np.int8)
    before = rng.gamma(2.0, 10.0, rows)
    return pl.DataFrame(
        {
            "arm": arm,
            "orders": (rng.random(rows) < 0.05 + 0.002 * arm).astype(np.int8),
            "sessions": (1 + rng.poisson(3.0, rows)).astype(np.int32),
            "revenue": np.maximum(0.0, 0.6 * before + rng.normal(0.0, 15.0, rows) + 0.2 * arm),
            "before": before,
        }
    )


def moments(batch: pl.DataFrame) -> tuple[Moments, Moments]:
    control, treatment = compute_arm_moments(
        {name: batch[name].to_numpy() for name in COLUMNS}, batch["arm"].to_numpy(), 2
    )
    return control, treatment


def analysed(path: Path) -> list[Effect]:
    """Four metrics from a file of rows, batch by batch."""
    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(moments, pl.scan_parquet(path).collect_batches(maintain_order=False)))
    control, treatment = (sum(arm[1:], start=arm[0]) for arm in zip(*parts, strict=True))
    return [estimate_difference(metric, control, treatment) for metric in METRICS]


def speed_over_best_peer(rows: int) -> Measure:
    wall: dict[str, list[float]] = {}
    processor: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        data(rows, 80).write_parquet(path)
        for _ in range(ROUNDS):
            begun, used = time.perf_counter(), time.process_time()
            analysed(path)
            spent = {"starcase": [time.perf_counter() - begun, time.process_time() - used]}
            for name, (seconds, of_processor) in (spent | peers.ask("inference_speed.py", str(path))).items():
                wall.setdefault(name, []).append(seconds)
                processor.setdefault(name, []).append(of_processor)
    quickest = {name: min(seconds) for name, seconds in wall.items()}
    least = {name: min(seconds) for name, seconds in processor.items()}
    best = min(quickest[name] for name in quickest if name != "starcase")
    parts = {f"{name}: seconds": value for name, value in quickest.items()}
    parts |= {f"{name}: processor seconds": value for name, value in least.items()}
    return Measure(
        name="speed_over_best_peer",
        value=best / quickest["starcase"],
        sense=">",
        goal=1.0,
        what=f"{rows} rows from Parquet, four metrics; the best peer's seconds over ours, quickest of {ROUNDS} rounds",
        parts=parts,
    )


def relook(rows: int) -> Measure:
    """A further look at four metrics after 1,000 new events: the median, in milliseconds."""
    control, treatment = moments(data(rows, 81))
    questions = [ComparisonPlan(metric=metric, control_n=rows, treatment_n=rows) for metric in METRICS]
    batches = [data(1_000, seed) for seed in range(LOOKS)]
    columns = [({name: batch[name].to_numpy() for name in COLUMNS}, batch["arm"].to_numpy()) for batch in batches]
    earlier = [look_at_arms(question, control, treatment) for question in questions]
    spent, used = [], []
    for values, arm in columns:
        begun, used_before = time.perf_counter(), time.process_time()
        further = compute_arm_moments(values, arm, 2)
        control, treatment = control + further[0], treatment + further[1]
        earlier = [
            look_at_arms(question, control, treatment, last) for question, last in zip(questions, earlier, strict=True)
        ]
        spent.append(1_000 * (time.perf_counter() - begun))
        used.append(1_000 * (time.process_time() - used_before))
    return Measure(
        name="relook_ms",
        value=median(spent),
        sense="<=",
        goal=1.0,
        what=f"a further look at four metrics after 1,000 new events, {rows} events before; median of {LOOKS}",
        parts={"processor": median(used), "quickest": min(spent), "slowest": max(spent)},
    )
