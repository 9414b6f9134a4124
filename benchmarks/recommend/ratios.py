"""How many times as long as item-kNN each candidate takes for an answer, on real purchases, candidates taking turns."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import numpy as np
from benchmarks.inference.measure import Measure
from benchmarks.recommend.anchors import LATENCY_TO_KNN
from benchmarks.recommend.answers import REQUESTS, in_turns
from benchmarks.recommend.protocol import RETAIL_CUT, AnchoredSystem, retail
from benchmarks.recommend.turns import Turns, quantile_ratio, quantile_with_interval
from scipy import sparse

from starcase.contract.model import Model
from starcase.contract.request import Answer, Request
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.candidates import is_installed
from starcase.systems.recommend.history import FEATURE, History, history_of
from starcase.systems.recommend.learners.als import ImplicitAls
from starcase.systems.recommend.learners.blend import HybridBlend
from starcase.systems.recommend.learners.ease import Ease
from starcase.systems.recommend.learners.learner import RecommendLearner
from starcase.systems.recommend.learners.neighbours import ItemNeighbours
from starcase.systems.recommend.learners.popularity import OwnHistory
from starcase.systems.recommend.learners.reranker import Reranker
from starcase.systems.recommend.model import Recommender
from starcase.systems.recommend.threads import limit_blas_threads
from starcase.systems.recommend.training import TrainingSet

KNN, PLAIN = "item_knn", "item-kNN in scipy"
QUANTILES = {"p50": 0.5, "p95": 0.95}


class PlainNeighbours:
    """Item-kNN as one would write it with scipy: the user's row times a sparse matrix, then the ten best.

    It is asked with what the user took as codes, nothing to be read or said beside it.

    Args:
        train: purchases.
        histories: (r,) what each user took, as ``Request.id`` numbers them.
    """

    def __init__(self, train: TrainingSet, histories: dict[str, History]) -> None:
        learner = ItemNeighbours(neighbours=200, shrink=20.0, damping=0.0, half_life=0.0)
        kept, n = learner.learn(train, np.random.default_rng(0)), len(train.items)
        rows = np.repeat(np.arange(n), kept.neighbours.shape[1])
        self._similar = sparse.csr_matrix((kept.weights.ravel(), (rows, kept.neighbours.ravel())), shape=(n, n))
        self._similar.eliminate_zeros()
        self._taken = {name: (past.distinct, past.counts) for name, past in histories.items()}

    def decide(self, requests: Iterable[Request], /) -> list[Answer]:
        """One list a request."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: Request) -> Answer:
        codes, counts = self._taken[request.id]
        row = sparse.csr_matrix((counts, (np.zeros(codes.size, dtype=np.int64), codes)), shape=(1, len(self)))
        scores = (row @ self._similar).toarray().ravel()
        best = np.argpartition(-scores, 10)[:10]
        return Answer("rank", 0.0, best[np.argsort(-scores[best])].tolist())

    def __len__(self) -> int:
        return int(self._similar.shape[0])


def ratios(quick: bool) -> Iterable[Measure]:
    """p50 and p95 over those of item-kNN, each with its interval; the goal is what libraries' models took of theirs."""
    case = retail("repeat")
    if case is None:
        print("ratios are left out: STARCASE_DATA does not name the folder of the data", file=sys.stderr)
        return
    limit_blas_threads()
    dataset = AnchoredSystem(RETAIL_CUT).load(case)
    (fold,) = dataset.folds(count=1)
    train = dataset.train(fold)
    learners: list[RecommendLearner] = [ItemNeighbours(), OwnHistory(), Ease(), HybridBlend(), Reranker(users=300)]
    learners += [ImplicitAls()] if is_installed(ImplicitAls) else []
    models: dict[str, Model] = {one.kind: _fitted(one, train) for one in learners}
    places = {item: place for place, item in enumerate(train.items)}
    requests = list(dataset.requests(fold))
    histories = {one.id: history_of(one.features.get(FEATURE), places, one.at) for one in requests}
    asked = [request for request in requests if len(histories[request.id])][: 300 if quick else REQUESTS]
    models[PLAIN] = PlainNeighbours(train, histories)
    turns = in_turns(models, asked)
    for kind, goal in LATENCY_TO_KNN.items():
        if kind in models:
            yield _ratio(kind, goal, turns, len(train.items))


def _fitted(learner: RecommendLearner, train: TrainingSet) -> Recommender:
    return RecommendCandidate(name=learner.kind, learner=learner).fit(train, rng=np.random.default_rng(0))


def _ratio(kind: str, goal: float, turns: Turns, items: int) -> Measure:
    parts: dict[str, float] = {}
    for label, q in QUANTILES.items():
        for against in (KNN, PLAIN):
            found = quantile_ratio(turns.wall[kind], turns.wall[against], q)
            parts |= found.under(f"{label} over {against}")
        for name in (kind, KNN, PLAIN):
            parts |= quantile_with_interval(turns.wall[name], q).under(f"{name} {label} ms")
    return Measure(
        name=f"{kind}_over_item_knn", value=parts[f"p50 over {KNN}"], sense="<=", goal=goal, parts=parts,
        what=f"p50 over that of our item_knn, {len(turns.wall[kind]):,} requests in turns, {items:,} items",
    )  # fmt: skip
