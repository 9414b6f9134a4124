"""The ten highest inner products of a million points: our index beside the usual ones, taking turns."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib.util import find_spec

import numpy as np
from benchmarks.inference.measure import Measure
from benchmarks.recommend.anchors import RETRIEVAL
from benchmarks.recommend.turns import Turns, quantile_ratio

from starcase.systems.recommend.ranking import select_best
from starcase.systems.recommend.scoring.neighbour_index import POOL, build_index
from starcase.systems.recommend.threads import limit_blas_threads

POINTS, WIDTH, CENTRES, QUERIES, TOP = 1_000_000, 64, 2_000, 200, 10
PEER_LISTS, PEER_TAUGHT_ON = 512, 25_000
INDEX, PEER = "index", "IVF512 nprobe 32"
Way = Callable[[np.ndarray], np.ndarray]


def clustered(points: int, centres: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Points around centres, with lengths that vary as popular items' do; simulated."""
    around = 0.5 * rng.normal(size=(points, WIDTH)).astype(np.float32)
    x = centres[rng.integers(len(centres), size=points)] + around
    return np.asarray(x * rng.lognormal(0, 0.3, (points, 1)).astype(np.float32))


def retrieval(quick: bool) -> Iterable[Measure]:
    """p50 and recall of every way, for queries among the points and for queries from elsewhere."""
    if find_spec("faiss") is None:
        print("retrieval is left out: pip install 'starcase[faiss]'", file=sys.stderr)
        return
    limit_blas_threads()
    rng = np.random.default_rng(3)
    centres, elsewhere = rng.normal(size=(2, CENTRES, WIDTH)).astype(np.float32)
    x = clustered(POINTS // 10 if quick else POINTS, centres, rng)
    ways, parts = _built(x, rng)
    asked = {name: clustered(QUERIES, around, rng) for name, around in (("among", centres), ("elsewhere", elsewhere))}
    found = {name: _turns(ways, queries) for name, queries in asked.items()}
    for name, (turns, recall) in found.items():
        for way in ways:
            parts |= {f"{name}: {way} {key}": value for key, value in turns.medians(way).items()}
            parts[f"{name}: {way} recall"] = recall[way]
    parts |= {f"{way}, other machine, p50 ms": ms for way, (ms, _) in RETRIEVAL.items()}
    parts |= {f"{way}, other points, recall": recall for way, (_, recall) in RETRIEVAL.items()}
    ratios = {name: quantile_ratio(turns.wall[INDEX], turns.wall[PEER], 0.5) for name, (turns, _) in found.items()}
    shown = {f"{name} {key}": value for name, ratio in ratios.items() for key, value in ratio.parts.items()}
    recalls = {name: recall for name, (_, recall) in found.items()}
    what = f"top {TOP} of {len(x):,} points of {WIDTH} dimensions, one thread, worst of two kinds of queries"
    yield Measure(
        name="retrieval_p50_ms", value=max(turns.medians(INDEX)["p50 ms"] for turns, _ in found.values()), sense="<=",
        goal=1.1, parts=parts, what=what,
    )  # fmt: skip
    yield Measure(
        name="retrieval_over_faiss_ivf", value=max(ratio.value for ratio in ratios.values()), sense="<=", goal=1.0,
        parts=shown, what=f"p50 over that of faiss IVF512,Flat at nprobe 32 in the same run: {what}",
    )  # fmt: skip
    yield Measure(
        name="retrieval_recall", value=min(recall[INDEX] for recall in recalls.values()), sense=">=", goal=0.9,
        what=f"share of the exact top {TOP} that the index finds, worst of two kinds of queries",
    )  # fmt: skip
    yield Measure(
        name="retrieval_recall_gain", value=min(recall[INDEX] - recall[PEER] for recall in recalls.values()),
        sense=">=", goal=0.0, what="recall less that of faiss IVF512,Flat at nprobe 32, worst of two kinds of queries",
    )  # fmt: skip


def _built(x: np.ndarray, rng: np.random.Generator) -> tuple[dict[str, Way], dict[str, float]]:
    """The ways to the top, and what their indexes took to be built."""
    import faiss  # noqa: PLC0415 - an extra

    begun = time.perf_counter()
    index = build_index(x, rng=rng)
    parts = {"index build s": time.perf_counter() - begun, "index MB": len(index.content()) / 1e6}
    flat = faiss.IndexFlatIP(WIDTH)
    flat.add(x)
    begun = time.perf_counter()
    lists = faiss.index_factory(WIDTH, f"IVF{PEER_LISTS},Flat", faiss.METRIC_INNER_PRODUCT)
    lists.train(x[rng.permutation(len(x))[:PEER_TAUGHT_ON]])
    lists.add(x)
    parts |= {"IVF512 build s": time.perf_counter() - begun, "IVF512 MB": faiss.serialize_index(lists).nbytes / 1e6}

    def quickly(query: np.ndarray) -> np.ndarray:
        pool = index.best(query, POOL)
        scores = x[pool] @ query
        return np.asarray(pool[np.argpartition(-scores, TOP)[:TOP]])

    def probing(count: int) -> Way:
        given = faiss.SearchParametersIVF(nprobe=count)
        return lambda query: lists.search(query[None], TOP, params=given)[1][0]

    return {
        "exact": lambda query: select_best(x @ query, TOP, 0),
        "FlatIP": lambda query: flat.search(query[None], TOP)[1][0], "IVF512 nprobe 8": probing(8), PEER: probing(32),
        INDEX: quickly,
    }, parts  # fmt: skip


def _turns(ways: Mapping[str, Way], queries: np.ndarray) -> tuple[Turns, dict[str, float]]:
    """How long each way took for each query, and what share of the exact top it found."""
    turns = Turns(ways)
    recalled: dict[str, list[float]] = {name: [] for name in ways}
    for query in queries:
        found = {name: turns.timed(name, partial(way, query)) for name, way in ways.items()}
        for name, places in found.items():
            recalled[name].append(float(np.isin(found["exact"], places).mean()))
    return turns, {name: float(np.mean(shares)) for name, shares in recalled.items()}
