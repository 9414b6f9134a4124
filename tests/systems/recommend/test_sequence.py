from __future__ import annotations

import itertools
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from tests.systems.recommend.cases import case_of, purchases

from starcase.contract.case_spec import CandidateSpec
from starcase.errors import CaseFileError, PluginError
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.learners.basket_windows import BasketWindows, build_windows
from starcase.systems.recommend.learners.sasrec import SasRec
from starcase.systems.recommend.scoring.emphasis import Emphasis
from starcase.systems.recommend.scoring.sequence import ITEMS, PLACES, SequenceScorer, SequenceState
from starcase.systems.recommend.training import TrainingSet

needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="the extra `torch` is not installed")
SMALL = SasRec(width=16, epochs=3, length=5)


def train_of(folder: Path, **options: object) -> TrainingSet:
    dataset = RecommendSystem().load(case_of(folder, purchases(), options=options))
    return dataset.train(dataset.folds(count=1)[0])


def every(lessons: BasketWindows) -> np.ndarray:
    return np.arange(len(lessons))


def test_a_basket_predicts_only_the_next_basket(tmp_path: Path) -> None:
    train = train_of(tmp_path)
    lessons = build_windows(train, 5)
    batch = lessons.batch(every(lessons))
    baskets = {
        (user, at): set(train.item[(train.user == user) & (train.at == at)].tolist())
        for user, at in set(zip(train.user.tolist(), train.at.tolist(), strict=True))
    }
    ordered = {user: [baskets[key] for key in sorted(baskets) if key[0] == user] for user in range(train.users)}
    following = [(frozenset(now), frozenset(after)) for of in ordered.values() for now, after in itertools.pairwise(of)]
    ends = np.append(batch.begins, batch.items.size)
    shown = {
        int(slot): frozenset(batch.items[a:b].tolist()) for slot, a, b in zip(batch.slots, ends, ends[1:], strict=False)
    }
    asked = [
        (shown[int(slot)], frozenset(batch.answers[batch.answer_of == place].tolist()))
        for place, slot in enumerate(batch.asked)
    ]
    assert sorted(map(repr, map(_plain, asked))) == sorted(map(repr, map(_plain, following)))
    assert np.bincount(batch.answer_of, batch.answer_weight) == pytest.approx(1.0)


def _plain(pair: tuple[frozenset[int], frozenset[int]]) -> tuple[list[int], list[int]]:
    return sorted(pair[0]), sorted(pair[1])


def test_only_new_items_are_answers_in_discovery(tmp_path: Path) -> None:
    train = train_of(tmp_path, task="discovery")
    lessons = build_windows(train, 5)
    pairs = len(set(zip(train.user.tolist(), train.item.tolist(), strict=True)))
    assert int(lessons.counts.sum()) == pairs


@needs_torch
def test_the_numpy_network_equals_the_torch_network(tmp_path: Path) -> None:
    import torch

    train = train_of(tmp_path)
    scorer = SMALL.learn(train, np.random.default_rng(0))
    history = next(train.histories(np.array([3])))
    points = scorer._average_baskets(history)
    ours = scorer.read(points)
    weights = {name: torch.from_numpy(array) for name, array in scorer.weights.items()}
    absent = torch.arange(SMALL.length)[None] < SMALL.length - len(points)
    padded = torch.zeros((1, SMALL.length, SMALL.width))
    padded[0, SMALL.length - len(points) :] = torch.from_numpy(points)
    theirs = SMALL._apply_network(torch, weights, padded + weights[PLACES], absent, 0.0)[
        0, SMALL.length - len(points) :
    ]
    assert np.allclose(ours, theirs.numpy(), atol=1e-4)


@needs_torch
def test_the_end_of_the_training_budget_is_reported(tmp_path: Path) -> None:
    scorer = SMALL.learn(train_of(tmp_path), np.random.default_rng(0))
    assert len(scorer.state.losses) == 3
    assert not scorer.state.converged
    loaded = SequenceScorer.from_files(scorer.files())
    assert loaded.state == scorer.state
    assert np.array_equal(loaded.weights[ITEMS], scorer.weights[ITEMS])


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is installed")
def test_sasrec_without_torch_names_the_extra_to_install(tmp_path: Path) -> None:
    case = case_of(tmp_path, purchases(), candidates=(CandidateSpec(name="sasrec"),))
    with pytest.raises((PluginError, CaseFileError), match="torch"):
        RecommendSystem().metrics(case)


@pytest.mark.parametrize(("converged", "said"), [(True, "trained to convergence"), (False, "its budget of 3 epochs")])
def test_a_model_says_whether_training_converged(converged: bool, said: str) -> None:
    state = SequenceState(0, 1, 5, Emphasis(0.0, 0.0), (3.0, 1.0, 2.0), converged)
    assert said in SequenceScorer(state, {}).remark
