"""The ten highest inner products of a million points of 64 dimensions: exact, and from an index."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from importlib.util import find_spec

import numpy as np
from benchmarks.inference.measure import Measure

from starcase.systems.recommend.ranking import best
from starcase.systems.recommend.scoring.nearby import nearby
from starcase.systems.recommend.threads import one_thread

POINTS, WIDTH, CENTRES, QUERIES = 1_000_000, 64, 2_000, 200


def clustered(points: int, rng: np.random.Generator) -> np.ndarray:
    """Points around centres, with lengths that vary as popular items' do; simulated."""
    centres = rng.normal(size=(CENTRES, WIDTH)).astype(np.float32)
    x = centres[rng.integers(CENTRES, size=points)] + 0.5 * rng.normal(size=(points, WIDTH)).astype(np.float32)
    return np.asarray(x * rng.lognormal(0, 0.3, (points, 1)).astype(np.float32))


def retrieval(quick: bool) -> Iterable[Measure]:
    """p50 of both ways, taking turns at each query, and the recall of the quick one."""
    if find_spec("faiss") is None:
        print("retrieval is left out: pip install 'starcase[faiss]'", file=sys.stderr)
        return
    one_thread()
    rng = np.random.default_rng(3)
    x = clustered(POINTS // 10 if quick else POINTS, rng)
    queries = clustered(QUERIES, rng)
    begun = time.perf_counter()
    index = nearby(x, rng=rng)
    built = time.perf_counter() - begun
    ways: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "exact": lambda query: best(x @ query, 10, 0), "index": lambda query: index.best(query, 10),
    }  # fmt: skip
    wall: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    recalled = []
    for query in queries:
        found = {}
        for name, way in ways.items():
            begun, spent = time.perf_counter(), time.thread_time()
            found[name] = way(query)
            cpu[name].append(time.thread_time() - spent)
            wall[name].append(time.perf_counter() - begun)
        recalled.append(np.isin(found["exact"], found["index"]).mean())
    parts = {f"{name} p50 ms": float(np.median(values)) * 1000 for name, values in wall.items()}
    parts |= {f"{name} p50 ms on the processor": float(np.median(values)) * 1000 for name, values in cpu.items()}
    parts |= {"points": len(x), "build s": built, "index MB": len(index.content()) / 1e6}
    parts["ratio of index to exact"] = parts["index p50 ms"] / parts["exact p50 ms"]
    yield Measure(
        name="retrieval_p50_ms", value=parts["index p50 ms"], sense="<=", goal=1.1, parts=parts,
        what=f"top 10 of {len(x):,} points of {WIDTH} dimensions, lists of codes and then the points, one core",
    )  # fmt: skip
    yield Measure(
        name="retrieval_recall", value=float(np.mean(recalled)), sense=">=", goal=0.9,
        what="share of the exact top 10 that the index finds",
    )  # fmt: skip
