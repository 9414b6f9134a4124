"""Models store no users: the next answer uses what a user has just taken, for every learner."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from tests.systems.recommend.cases import DAY, case_of, purchases

from starcase.contract.request import Request
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.environment import list_items
from starcase.systems.recommend.history import encode_history
from starcase.systems.recommend.learners.als import ImplicitAls
from starcase.systems.recommend.learners.blend import HybridBlend
from starcase.systems.recommend.learners.ease import Ease
from starcase.systems.recommend.learners.learner import RecommendLearner
from starcase.systems.recommend.learners.neighbours import ItemNeighbours
from starcase.systems.recommend.learners.popularity import OwnHistory
from starcase.systems.recommend.learners.reranker import Reranker
from starcase.systems.recommend.learners.sasrec import SasRec

NOW = 200 * DAY * 1_000_000
PAST, NEW = ("i00", "i04", "i08"), ("i01", "i05", "i09", "i13")
LEARNERS: tuple[RecommendLearner, ...] = (
    OwnHistory(), ItemNeighbours(), Ease(), HybridBlend(), Reranker(users=60, trees=40), ImplicitAls(factors=8),
    SasRec(width=16, epochs=12, length=5, learning_rate=0.01),
)  # fmt: skip


def request(items: tuple[str, ...], *, days: int) -> Request:
    """A request of a user who took one item each day, the last one ``days`` ago."""
    at = [NOW - (days + len(items) - place) * DAY * 1_000_000 for place in range(len(items))]
    return Request("r", "somebody", NOW, {"history": encode_history(at, list(items)), "past": len(items)})


@pytest.mark.parametrize("learner", LEARNERS, ids=lambda learner: learner.kind)
def test_the_next_answer_uses_the_items_just_taken(learner: RecommendLearner, tmp_path: Path) -> None:
    """A user changes to another taste: the same model recommends its items at once."""
    if learner.needs and find_spec(learner.needs) is None:
        pytest.skip(f"the extra `{learner.needs}` is not installed")
    dataset = RecommendSystem().load(case_of(tmp_path, purchases(users=160), options={"length": 5}))
    candidate = RecommendCandidate(name=learner.kind, learner=learner)
    model = candidate.fit(dataset.train(dataset.folds(count=1)[0]), rng=np.random.default_rng(0))
    files = candidate.save(model)
    before = list_items(model.decide([request(PAST, days=1)])[0])
    after = list_items(model.decide([request(PAST + NEW * 2, days=1)])[0])
    assert taste(after, 1) > taste(before, 1)
    assert candidate.save(model) == files
    assert list_items(candidate.load(files).decide([request(PAST + NEW * 2, days=1)])[0]) == after
    assert list_items(model.decide([request(PAST, days=1)])[0]) == before


def taste(items: list[str], which: int) -> int:
    """How many of the items belong to one of the four tastes of the simulated purchases."""
    return sum(int(item[1:]) % 4 == which for item in items)
