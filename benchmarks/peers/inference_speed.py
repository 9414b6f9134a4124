"""Seconds, wall and processor, in which peers analyse four metrics from Parquet. Runs in their environment."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import duckdb
import ibis
import polars as pl
import tea_tasting as tt

COLUMNS = ("orders", "sessions", "revenue", "before")


def sums(path: str) -> None:
    """No library of statistics: the sums alone, from which formulas could go on."""
    pairs = [f"sum({a} * {b})" for i, a in enumerate(COLUMNS) for b in COLUMNS[i:]]
    single = [f"sum({column})" for column in COLUMNS]
    duckdb.sql(f"select arm, count(*), {', '.join(single + pairs)} from '{path}' group by arm").fetchall()


def analysed(read: Callable[[str], object], path: str) -> None:
    tt.Experiment(
        orders=tt.Mean("orders"),
        revenue=tt.Mean("revenue"),
        adjusted=tt.Mean("revenue", "before"),
        ratio=tt.RatioOfMeans("orders", "sessions"),
        variant="arm",
    ).analyze(read(path))


PEERS: dict[str, Callable[[str], None]] = {
    "tea-tasting on DuckDB": lambda path: analysed(lambda at: ibis.duckdb.connect().read_parquet(at), path),
    "tea-tasting on Polars": lambda path: analysed(pl.read_parquet, path),
    "tea-tasting on lazy Polars": lambda path: analysed(pl.scan_parquet, path),
    "DuckDB's bare sums": sums,
}


def timed(run: Callable[[str], None], path: str) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    run(path)
    return time.perf_counter() - wall, time.process_time() - processor


if __name__ == "__main__":
    twice = {name: [timed(run, sys.argv[1]) for _ in range(2)] for name, run in PEERS.items()}
    print(json.dumps({name: [min(column) for column in zip(*spent, strict=True)] for name, spent in twice.items()}))
