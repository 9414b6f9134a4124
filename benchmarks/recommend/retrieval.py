"""The ten highest inner products of a million points of 64 dimensions: exact, and from inverted lists."""

from __future__ import annotations

import time
from collections.abc import Iterable

import numpy as np
from benchmarks.inference.measure import Measure

from starcase.systems.recommend.ranking import best
from starcase.systems.recommend.scoring.lists import inverted
from starcase.systems.recommend.threads import one_thread

POINTS, WIDTH, CENTRES, QUERIES = 1_000_000, 64, 2_000, 40


def clustered(points: int, rng: np.random.Generator) -> np.ndarray:
    """Points around centres, with lengths that vary as popular items' do; simulated."""
    centres = rng.normal(size=(CENTRES, WIDTH)).astype(np.float32)
    x = centres[rng.integers(CENTRES, size=points)] + 0.5 * rng.normal(size=(points, WIDTH)).astype(np.float32)
    return np.asarray(x * rng.lognormal(0, 0.3, (points, 1)).astype(np.float32))


def retrieval(quick: bool) -> Iterable[Measure]:
    """p50 of both ways, taking turns at each query, and the recall of the quick one."""
    one_thread()
    rng = np.random.default_rng(3)
    x = clustered(POINTS // 10 if quick else POINTS, rng)
    queries = clustered(QUERIES, rng)
    begun = time.perf_counter()
    index = inverted(x, lists=1024, rng=rng)
    built = time.perf_counter() - begun
    taken: dict[str, list[float]] = {"exact": [], "probe 16": [], "probe 64": []}
    found: dict[str, list[float]] = {"probe 16": [], "probe 64": []}
    for query in queries:
        begun = time.perf_counter()
        exact = set(best(x @ query, 10, 0).tolist())
        taken["exact"].append(time.perf_counter() - begun)
        for name, probes in (("probe 16", 16), ("probe 64", 64)):
            begun = time.perf_counter()
            near = index.best(query, 10, probes)
            taken[name].append(time.perf_counter() - begun)
            found[name].append(len(exact & set(near.tolist())) / 10)
    ms = {name: float(np.median(values)) * 1000 for name, values in taken.items()}
    parts = {f"{name} p50 ms": value for name, value in ms.items()}
    parts |= {f"{name} recall": float(np.mean(values)) for name, values in found.items()}
    parts |= {"points": len(x), "build s": built, "ratio of probe 64 to exact": ms["probe 64"] / ms["exact"]}
    yield Measure(
        name="retrieval_p50_ms", value=ms["probe 64"], sense="<=", goal=5.0, parts=parts,
        what=f"top 10 of {len(x):,} points of {WIDTH} dimensions, 64 of 1,024 lists probed, one core",
    )  # fmt: skip
    yield Measure(
        name="retrieval_recall", value=parts["probe 64 recall"], sense=">=", goal=0.9,
        what="share of the exact top 10 that 64 probed lists find",
    )  # fmt: skip
