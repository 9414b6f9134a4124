"""The trivial baselines have parameters and the same number of trials as other candidates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.systems.recommend.cases import case_of, purchases

from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.history import History
from starcase.systems.recommend.learners.learner import sample_parameters
from starcase.systems.recommend.learners.popularity import OwnHistory, Popularity, RecentPopularity
from starcase.systems.recommend.scoring.popularity import OwnHistoryScorer
from starcase.systems.recommend.training import TrainingSet
from starcase.tables.clock import DAY

NOBODY = History(np.array([], dtype=np.int64), np.array([], dtype=np.int64), 0)


def train(folder: Path) -> TrainingSet:
    dataset = RecommendSystem().load(case_of(folder, purchases()))
    return dataset.train(dataset.folds(count=1)[0])


@pytest.mark.parametrize("learner", [Popularity(), RecentPopularity(), OwnHistory()])
def test_every_trivial_baseline_has_parameters_to_tune(learner: Popularity | RecentPopularity | OwnHistory) -> None:
    candidate = RecommendCandidate(name=learner.kind, learner=learner)
    tried = candidate.proposals(8, rng=np.random.default_rng(0))
    assert tried[0] == candidate
    assert len(tried) > 1
    assert len({str(one.parameters) for one in tried}) == len(tried)


def test_popularity_counts_users_or_times(tmp_path: Path) -> None:
    known, rng = train(tmp_path), np.random.default_rng(0)
    times = Popularity(by_user=False).learn(known, rng).scores(NOBODY)
    users = Popularity().learn(known, rng).scores(NOBODY)
    assert np.array_equal(np.round(times), np.bincount(known.item, minlength=len(known.items)))
    assert np.array_equal(np.round(users), known.takers())
    assert (np.round(times) >= np.round(users)).all()
    assert times.sum() > users.sum() + 1


def test_recent_popularity_counts_the_given_number_of_days(tmp_path: Path) -> None:
    known, rng = train(tmp_path), np.random.default_rng(0)
    assert np.array_equal(RecentPopularity().learn(known, rng).scores(NOBODY), known.count_recent())
    week = known.at >= known.end - 7 * DAY
    assert RecentPopularity(days=7).learn(known, rng).scores(NOBODY).sum() == week.sum() > 0
    pairs = {(int(user), int(item)) for user, item in zip(known.user[week], known.item[week], strict=True)}
    assert RecentPopularity(days=7, by_user=True).learn(known, rng).scores(NOBODY).sum() == len(pairs)


def test_old_items_decay_and_a_model_without_decay_is_still_read() -> None:
    past = History(np.array([0, 0, 0, 1]), np.array([0, 0, 0, 90 * DAY]), 100 * DAY)
    counts = np.array([5.0, 5.0, 9.0])
    steady, fading = OwnHistoryScorer(counts), OwnHistoryScorer(counts, 30.0)
    assert np.argsort(-steady.scores(past)).tolist() == [0, 1, 2]
    assert np.argsort(-fading.scores(past)).tolist() == [1, 0, 2]
    assert set(steady.files()) == {"popularity.npy"}
    for scorer in (steady, fading):
        assert np.array_equal(OwnHistoryScorer.from_files(scorer.files()).scores(past), scorer.scores(past))


def test_a_few_trials_cover_every_parameter_value() -> None:
    space = {"days": (1.0, 2.0, 3.0, 4.0, 5.0)}
    drawn = [sample_parameters(space, 3, np.random.default_rng(seed)) for seed in range(40)]
    assert {one["days"] for tried in drawn for one in tried} == set(space["days"])
    assert all(len({one["days"] for one in tried}) == 3 for tried in drawn)
