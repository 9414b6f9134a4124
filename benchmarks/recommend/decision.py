"""From a CSV file and a budget to a decision, as a newcomer types it: how long it takes on two cores."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl
from benchmarks.inference.measure import Measure

CASE = Path(__file__).parents[2] / "cases" / "ecommerce-recommender" / "data"
MINUTES_10 = 600.0
BUDGET = {"# p99_us = 50000.0": "p99_us = 20000.0", "# folds = 3": "folds = 1", "# trials = 8": "trials = 2",
          "# windows = 3": "windows = 1"}  # fmt: skip
OPTIONS = "items=../products.csv", "item_id=code", "item_text=title", "memory_mb=2000.0"
KB_PER_MB = 1024


def decision(quick: bool) -> Iterable[Measure]:
    """Purchases of a shop under other names, at most 20 ms an answer at the 99th percentile, 200 MB a model."""
    with tempfile.TemporaryDirectory() as folder:
        rows = written(Path(folder), users=600 if quick else None)
        began = time.perf_counter()
        spent = {"new s": _timed(folder, "new", "shop", "--system", "recommend", "--data", "bought.csv",
                                 "--target", "product", "--time", "bought", "--unit", "customer",
                                 "--entity", "basket=invoice", *_each("--option", OPTIONS))}  # fmt: skip
        file = Path(folder, "shop", "case.toml")
        text = file.read_text()
        for default, stated in BUDGET.items():
            text = text.replace(default, stated)
        file.write_text(text)
        spent["check s"] = _timed(folder, "check", "--case", "shop")
        spent["contest s"] = _timed(folder, "contest", "--case", "shop", "--json", into="contest.json")
        seconds = time.perf_counter() - began
        held = json.loads(Path(folder, "contest.json").read_text())
        contest, within = held["contest"], held["cost"]["recommended"] or "nobody"
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        yield Measure(
            name="decision_seconds", value=seconds, sense="<=", goal=MINUTES_10,
            parts={"rows": rows, **spent, "processor s": used.ru_utime + used.ru_stime,
                   "peak MB of a process": used.ru_maxrss / KB_PER_MB, **_reached(held)},
            what=f"from a CSV and a budget to a decision: {contest['verdict']}, {contest['recommended']}; "
            f"within the budget {within}",
        )  # fmt: skip


def written(folder: Path, *, users: int | None = None) -> int:
    """The shop's purchases and products as CSV under names of their own; how many rows."""
    bought = pl.read_parquet(CASE / "interactions.parquet")
    if users:
        bought = bought.filter(pl.col("user").is_in(bought["user"].unique().sort()[:users].implode()))
    named = bought.rename({"user": "customer", "item": "product", "at": "bought", "basket": "invoice"})
    named.write_csv(folder / "bought.csv", datetime_format="%Y-%m-%d %H:%M")
    items = pl.read_parquet(CASE / "items.parquet")
    items.rename(dict(zip(items.columns, ("code", "title"), strict=False))).write_csv(folder / "products.csv")
    return bought.height


def _each(option: str, values: Iterable[str]) -> list[str]:
    return [part for value in values for part in (option, value)]


def _timed(folder: str, *arguments: str, into: str = "") -> float:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "starcase.cli", *arguments], cwd=folder, env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stderr)
    if into:
        Path(folder, into).write_text(done.stdout)
    return time.perf_counter() - began


def _reached(held: dict[str, Any]) -> dict[str, float]:
    objective = held["contest"]["objective"]
    return {
        f"{one['candidate']} {objective}": next(f["value"] for f in one["figures"] if f["name"] == objective)
        for one in held["contest"]["standings"]
    }
