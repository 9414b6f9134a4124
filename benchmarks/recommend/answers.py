"""How long one answer takes at 100,000 items, models taking turns; and how soon a new interaction counts."""

from __future__ import annotations

import time
from collections.abc import Iterable
from importlib.util import find_spec

import numpy as np
from benchmarks.inference.measure import Measure

from starcase.case.clock import DAY
from starcase.case.model import Model
from starcase.case.request import Request
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.environment import items_of
from starcase.systems.recommend.history import history_text
from starcase.systems.recommend.learners.als import ImplicitAls
from starcase.systems.recommend.learners.counting import OwnHistory, Popularity
from starcase.systems.recommend.learners.learner import Learner
from starcase.systems.recommend.learners.neighbours import ItemNeighbours
from starcase.systems.recommend.learners.reranker import Reranker
from starcase.systems.recommend.roster import installed
from starcase.systems.recommend.threads import one_thread
from starcase.systems.recommend.training import TrainingSet

ITEMS, USERS, EACH, GROUPS = 100_000, 40_000, 40, 500
NOW = 400 * DAY


def taken(items: int, users: int, *, each: int = EACH, seed: int = 1) -> TrainingSet:
    """Users with a taste for a few groups of items, popular items taken more often; simulated."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, GROUPS, items)
    order = np.argsort(group, kind="stable")
    begins = np.searchsorted(group[order], np.arange(GROUPS + 1))
    user = np.repeat(np.arange(users), each)
    favourite = rng.integers(0, GROUPS, (users, 4))
    mine = favourite[user, rng.integers(0, 4, user.size)]
    width = np.maximum(1, begins[mine + 1] - begins[mine])
    item = order[np.minimum(begins[mine] + (width * rng.random(user.size) ** 2).astype(np.int64), items - 1)]
    at = np.sort(rng.integers(0, NOW, user.size))
    shuffled = rng.permutation(user.size)
    return TrainingSet(
        items=tuple(f"i{code}" for code in range(items)), texts=("",) * items, users=users, at=at,
        user=user[shuffled], item=item[shuffled], hit=np.ones(user.size, dtype=np.bool_), end=NOW, repeat=True,
        length=10, recent=30 * DAY, memory_mb=8_000,
    )  # fmt: skip


def asked(train: TrainingSet, count: int) -> list[Request]:
    """Requests of users of the training time."""
    users = np.random.default_rng(2).permutation(train.users)[:count]
    found = []
    for user, past in zip(users.tolist(), train.histories(np.sort(users)), strict=True):
        text = history_text(past.at.tolist(), [train.items[code] for code in past.codes.tolist()])
        found.append(Request(f"r{user}", f"u{user}", NOW, {"history": text, "past": len(past)}))
    return found


def times(models: dict[str, Model], requests: list[Request]) -> dict[str, np.ndarray]:
    """(2, n) microseconds of each answer, as it was waited for and on the processor; models take turns."""
    found = {name: np.empty((2, len(requests))) for name in models}
    for turn, request in enumerate(requests):
        for name, model in models.items():
            begun, spent = time.perf_counter_ns(), time.thread_time_ns()
            model.decide((request,))
            used, waited = time.thread_time_ns() - spent, time.perf_counter_ns() - begun
            found[name][:, turn] = waited / 1000, used / 1000
    return {name: values[:, 50:] for name, values in found.items()}


def answers(quick: bool) -> Iterable[Measure]:
    """p50 and p95 of the top ten at 100,000 items, in process; and a new interaction at the next request."""
    train = taken(ITEMS // 10 if quick else ITEMS, USERS // 10 if quick else USERS)
    learners: list[Learner] = [
        Popularity(),
        OwnHistory(),
        ItemNeighbours(neighbours=100),
        Reranker(users=300, windows=1, pool=40),
    ]
    if installed(ImplicitAls) and find_spec("faiss"):
        learners.append(ImplicitAls(factors=64, iterations=3))
    models: dict[str, Model] = {}
    for learner in learners:
        candidate = RecommendCandidate(name=learner.kind, learner=learner)
        models[learner.kind] = candidate.fit(train, rng=np.random.default_rng(0))
    taken_us = times(models, asked(train, 300 if quick else 1_200))
    parts = {f"{name} {label}{where}": float(np.quantile(values[row], q)) / 1000
             for name, values in taken_us.items() for label, q in (("p50 ms", 0.5), ("p95 ms", 0.95))
             for row, where in enumerate(("", " on the processor"))}  # fmt: skip
    parts["items"], parts["BLAS threads"] = len(train.items), one_thread()
    slowest = max(taken_us, key=lambda name: float(np.median(taken_us[name][1])))
    what = f"top 10 of one user at {len(train.items):,} items, in process, history parsed; the slowest is {slowest}"
    yield Measure(name="top_k_p50_ms", value=parts[f"{slowest} p50 ms"], sense="<=", goal=1.0, what=what, parts=parts)
    yield Measure(name="top_k_p95_ms", value=parts[f"{slowest} p95 ms"], sense="<=", goal=5.0, what=what)
    yield _fold_in(models["item_knn"], asked(train, 1)[0])


def _fold_in(model: Model, request: Request) -> Measure:
    """Seconds from an interaction to an answer that knows it."""
    before = items_of(model.decide((request,))[0])
    begun = time.perf_counter()
    text = str(request.features["history"])[:-1] + f',[{NOW - 1},["i7"]]]'
    after = items_of(model.decide((Request("next", request.unit, NOW, {"history": text, "past": 0}),))[0])
    seconds = time.perf_counter() - begun
    assert before != after
    return Measure(
        name="new_interaction_counts_s", value=seconds, sense="<=", goal=1.0,
        what="from an interaction to an answer that knows it; models hold no user, so the next request does",
    )  # fmt: skip
