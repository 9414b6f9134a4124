"""How long one answer takes at 100,000 items, candidates taking turns; and how soon a new interaction counts."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
from functools import partial
from importlib.util import find_spec

import numpy as np
from benchmarks.inference.measure import Measure
from benchmarks.recommend.simulated import ITEMS, NOW, USERS, asked, few, taken
from benchmarks.recommend.turns import Turns, quantile_with_interval

from starcase.contract.model import Model
from starcase.contract.request import Request
from starcase.errors import DataError
from starcase.systems.recommend.adaptive.candidate import Adaptive, AdaptiveCandidate
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.candidates import is_installed
from starcase.systems.recommend.environment import list_items
from starcase.systems.recommend.learners.als import ImplicitAls
from starcase.systems.recommend.learners.blend import HybridBlend
from starcase.systems.recommend.learners.content import Content
from starcase.systems.recommend.learners.ease import Ease
from starcase.systems.recommend.learners.learner import RecommendLearner
from starcase.systems.recommend.learners.neighbours import ItemNeighbours
from starcase.systems.recommend.learners.popularity import OwnHistory, Popularity, RecentPopularity
from starcase.systems.recommend.learners.reranker import Reranker
from starcase.systems.recommend.learners.sasrec import SasRec
from starcase.systems.recommend.model import Recommender
from starcase.systems.recommend.threads import limit_blas_threads
from starcase.systems.recommend.training import TrainingSet

WARM_UP, REQUESTS = 50, 1_250
FEW = 100
QUANTILES = {"p50 ms": 0.5, "p95 ms": 0.95}


def answers(quick: bool) -> Iterable[Measure]:
    """p50 and p95 of the top ten at 100,000 items, in process; and a new interaction at the next request."""
    train = taken(ITEMS // 10 if quick else ITEMS, USERS // 10 if quick else USERS, words=True)
    models, refused = _fitted(train)
    turns = in_turns(models, asked(train, 350 if quick else REQUESTS))
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    parts: dict[str, float] = {}
    for name in models:
        for label, q in QUANTILES.items():
            parts |= quantile_with_interval(turns.wall[name], q).under(f"{name} {label}")
            parts[f"{name} {label} on the processor"] = float(np.quantile(turns.cpu[name], q))
    parts |= {f"{name} refused, MB": needed for name, needed in refused.items()}
    parts |= {"items": len(train.items), "requests": len(turns.wall["item_knn"]), "BLAS threads": limit_blas_threads()}
    parts["load a core"] = busy
    slowest = max(models, key=lambda name: parts[f"{name} p50 ms"])
    tail = max(models, key=lambda name: parts[f"{name} p95 ms"])
    what = f"top 10 of one user at {len(train.items):,} items, history parsed; of {', '.join(models)} the slowest"
    no = f"not built, as a fit would need more memory than allowed: {', '.join(refused)}" if refused else "none refused"
    yield Measure(name="top_k_p50_ms", value=parts[f"{slowest} p50 ms"], sense="<=", goal=1.0,
                  what=f"{what}: {slowest}; {no}", parts=parts)  # fmt: skip
    yield Measure(name="top_k_p95_ms", value=parts[f"{tail} p95 ms"], sense="<=", goal=5.0, what=f"{what}: {tail}")
    yield _fold_in(models, asked(train, 1)[0], train)


def in_turns(models: Mapping[str, Model], requests: list[Request]) -> Turns:
    """Milliseconds of each answer after a warm-up; models take turns."""
    for request in requests[:WARM_UP]:
        for model in models.values():
            model.decide((request,))
    turns = Turns(models)
    for request in requests[WARM_UP:]:
        for name, model in models.items():
            turns.timed(name, partial(model.decide, (request,)))
    return turns


def _fitted(train: TrainingSet) -> tuple[dict[str, Model], dict[str, float]]:
    """Every candidate that can be fitted, as it serves by default; and what the others would need, MB.

    What is left out of fitting changes no answer's time: passes of als, teachers of the two stages, and all but a few
    sequences of the network.
    """
    given: list[tuple[RecommendLearner, TrainingSet]] = [
        (Popularity(), train), (RecentPopularity(), train), (OwnHistory(), train), (ItemNeighbours(), train),
        (Content(), train), (Ease(), train), (HybridBlend(), train), (Reranker(users=300, windows=1), train),
    ]  # fmt: skip
    given += [(ImplicitAls(iterations=3), train)] if is_installed(ImplicitAls) and find_spec("faiss") else []
    given += [(SasRec(epochs=1, batch=8), few(train, FEW))] if is_installed(SasRec) and find_spec("faiss") else []
    models: dict[str, Model] = {}
    refused: dict[str, float] = {}
    for learner, known in given:
        try:
            models[learner.kind] = RecommendCandidate(name=learner.kind, learner=learner).fit(
                known, rng=np.random.default_rng(0)
            )
        except DataError:
            refused[learner.kind] = learner.estimate_bytes(known) / 1e6
    sources = tuple(RecommendCandidate(name=one.kind, learner=one)
                    for one in (ItemNeighbours(), Content(), RecentPopularity()))  # fmt: skip
    adaptive = AdaptiveCandidate(name="adaptive", settings=Adaptive(), sources=sources)
    models["adaptive"] = adaptive.fit(train, rng=np.random.default_rng(0))
    return models, refused


def _fold_in(models: Mapping[str, Model], request: Request, train: TrainingSet) -> Measure:
    """Seconds from a basket of a group that is new to the user to an answer that knows it, of all that see the past."""
    group = train.texts[0].split()[0]
    basket = [item for item, words in zip(train.items, train.texts, strict=True) if words.split()[0] == group][:10]
    text = str(request.features["history"])[:-1] + f",[{NOW - 1},{json.dumps(basket)}]]"
    parts: dict[str, float] = {}
    for name, model in models.items():
        if not isinstance(model, Recommender) or name in {"popularity", "recent_popularity"}:
            continue
        before = list_items(model.decide((request,))[0])
        begun = time.perf_counter()
        after = list_items(model.decide((Request("next", request.unit, NOW, {"history": text, "past": 0}),))[0])
        parts[f"{name} s"] = time.perf_counter() - begun
        assert before != after, name
    return Measure(
        name="new_interaction_counts_s", value=max(parts.values()), sense="<=", goal=1.0, parts=parts,
        what="from an interaction to an answer that knows it, slowest; models hold no user, so the next request does",
    )  # fmt: skip
