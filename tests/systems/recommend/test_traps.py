"""Known pitfalls in evaluations of recommenders, one for each test."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.systems.recommend.cases import DAY, case_of, purchases

from starcase.compute.executor import InProcess
from starcase.contract.case_spec import CandidateSpec, ContestSpec
from starcase.contract.request import Answer, Request
from starcase.errors import ArtefactError, CaseFileError, DataError
from starcase.stages.contest import run
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.candidates import LEARNERS
from starcase.systems.recommend.environment import list_items
from starcase.systems.recommend.learners.ease import Ease
from starcase.systems.recommend.learners.neighbours import ItemNeighbours
from starcase.systems.recommend.model import NO_PAST, NOTHING_LEFT, Recommender

SYSTEM = RecommendSystem()


def fitted(folder: Path, frame: pl.DataFrame, **options: object) -> Recommender:
    dataset = SYSTEM.load(case_of(folder, frame, options=options))
    train = dataset.train(dataset.folds(count=1)[0])
    return RecommendCandidate(name="ease", learner=Ease()).fit(train, rng=np.random.default_rng(0))


def asked(history: str | None, at: int = 200 * DAY * 1_000_000) -> Request:
    return Request("r", "somebody", at, {"history": history, "past": 0})


def test_a_future_item_is_in_no_catalogue_and_no_count(tmp_path: Path) -> None:
    frame = purchases()
    late = pl.DataFrame(
        {"at": [99 * DAY] * 30, "user": [f"u{i:02d}" for i in range(30)], "item": ["new"] * 30, "stars": 1.0}
    )
    dataset = SYSTEM.load(case_of(tmp_path, pl.concat([frame, late])))
    fold = dataset.folds(count=1)[0]
    train = dataset.train(fold)
    assert "new" not in train.items
    assert int(train.at.max()) < fold.train_end
    assert dataset.outcomes(fold)["cold"].sum() == 30
    assert not any("new" in targets for targets in dataset.outcomes(fold)["targets"])


def test_a_basket_is_on_one_side_of_every_split(tmp_path: Path) -> None:
    """Lines of a basket minutes apart share its first time, so no history holds a part of a target basket."""
    frame = purchases().with_columns(basket=pl.struct("user", "at").rank("dense"))
    spread = frame.with_columns(at=pl.col("at") + pl.int_range(pl.len()).over("basket") * 3_600)
    dataset = SYSTEM.load(case_of(tmp_path, spread, entities={"basket": "basket"}))
    rows = dataset.interactions
    assert int(rows.basket[-1]) + 1 == frame["basket"].n_unique()
    assert all(np.unique(rows.at[rows.basket == basket]).size == 1 for basket in range(int(rows.basket[-1]) + 1))
    for basket in dataset.visits.between(0, 10**18):
        request = dataset.visits.request(basket)
        assert f"[{request.at}," not in str(request.features["history"])


def test_only_new_items_count_and_are_shown_in_discovery(tmp_path: Path) -> None:
    dataset = SYSTEM.load(case_of(tmp_path, purchases(), options={"task": "discovery"}))
    fold = dataset.folds(count=1)[0]
    model = RecommendCandidate(name="ease", learner=Ease()).fit(dataset.train(fold), rng=np.random.default_rng(0))
    requests = list(dataset.requests(fold))
    for request, answer, targets in zip(
        requests, model.decide(requests), dataset.outcomes(fold)["targets"], strict=True
    ):
        past = str(request.features["history"])
        assert not any(f'"{item}"' in past for item in [*list_items(answer), *targets])


def test_tuned_parameters_do_not_depend_on_the_test_span(tmp_path: Path) -> None:
    frame = purchases()
    case = case_of(tmp_path, frame, candidates=(CandidateSpec(name="ease"),))
    case = replace(case, incumbent="ease", contest=ContestSpec(folds=1, trials=4, draws=100))
    dataset = SYSTEM.load(case)
    start = dataset.folds(count=1)[0].test_start // 1_000_000
    mirrored = pl.concat_str(
        pl.lit("i"), (39 - pl.col("item").str.slice(1).cast(pl.Int64)).cast(pl.String).str.zfill(2)
    )
    other = frame.with_columns(item=pl.when(pl.col("at") >= start).then(mirrored).otherwise("item"))
    (tmp_path / "other").mkdir()
    chosen = []
    for given in (case, replace(case_of(tmp_path / "other", other), incumbent="ease", contest=case.contest)):
        held = run(given, SYSTEM, SYSTEM.load(given), [RecommendCandidate(name="ease", learner=Ease())], InProcess())
        chosen.append(next(s.parameters for s in held.record.standings if s.candidate == "ease"))
    assert chosen[0] == chosen[1]


def test_a_user_without_history_gets_the_fallback_and_a_reason(tmp_path: Path) -> None:
    model = fitted(tmp_path, purchases())
    for history in (None, "", "[]", '[[5,["unheard of"]]]'):
        content = model.decide([asked(history)])[0].content
        assert isinstance(content, dict)
        assert content["fallback"] == NO_PAST
        assert len(content["items"]) == 10
        assert content["propensity"] == 1.0
        assert content["candidates"] == len(model.state.items)


def test_a_list_is_not_longer_than_the_available_items(tmp_path: Path) -> None:
    model = fitted(tmp_path, purchases(), length=500)
    assert len(list_items(model.decide([asked('[[5,["i00"]]]')])[0])) == len(model.state.items)


def test_a_user_who_has_taken_all_items_gets_a_reason(tmp_path: Path) -> None:
    model = fitted(tmp_path, purchases(), task="discovery")
    everything = ",".join(f'"{item}"' for item in model.state.items)
    answer = model.decide([asked(f"[[5,[{everything}]]]")])[0]
    assert list_items(answer) == []
    assert isinstance(answer.content, dict)
    assert answer.content["fallback"] == NOTHING_LEFT


def test_a_new_interaction_counts_at_the_next_request(tmp_path: Path) -> None:
    model = fitted(tmp_path, purchases())
    before, after = model.decide([asked('[[5,["i00"]]]'), asked('[[5,["i00"]],[9,["i01"]]]')])
    assert list_items(before) != list_items(after)


def test_a_history_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="history cannot be read"):
        fitted(tmp_path, purchases()).decide([asked('["i00"]')])


def test_a_fit_above_the_memory_limit_is_refused_before_fitting(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="MB to fit") as error:
        fitted(tmp_path, purchases(), memory_mb=0.001)
    assert "als or item_knn" in str(error.value)


def test_an_empty_catalogue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no item has been taken by 1000 users"):
        fitted(tmp_path, purchases(), fewest_users=1000)


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    ease, near = (RecommendCandidate(name="x", learner=learner) for learner in (Ease(), ItemNeighbours()))
    with pytest.raises(ArtefactError, match="the files hold a ease"):
        near.load(ease.save(fitted(tmp_path, purchases())))


def test_an_unknown_candidate_names_the_nearest(tmp_path: Path) -> None:
    case = case_of(tmp_path, purchases(), candidates=(CandidateSpec(name="easy"),))
    with pytest.raises(CaseFileError, match="nearest is 'ease'"):
        SYSTEM.candidates(case)


def test_a_list_that_repeats_an_item_is_refused(tmp_path: Path) -> None:
    case = case_of(tmp_path, purchases())
    dataset = SYSTEM.load(case)
    outcomes = dataset.outcomes(dataset.folds(count=1)[0])
    answers = [Answer("rank", 1.0, {"items": ["i00", "i00"]})] * outcomes.height
    with pytest.raises(DataError, match="an item twice"):
        SYSTEM.metrics(case)[0].per_unit(answers, outcomes)


def test_the_whole_catalogue_is_ranked_and_its_size_is_logged(tmp_path: Path) -> None:
    """Nothing is sampled: every catalogue item can be shown, and an answer names the catalogue size."""
    model = fitted(tmp_path, purchases())
    answer = model.decide([asked('[[5,["i00"]]]')])[0]
    assert isinstance(answer.content, dict)
    assert answer.content["candidates"] == len(model.state.items) == 40
    assert {"propensity", "policy", "catalogue", "fallback"} <= set(answer.content)


def test_a_list_length_above_the_catalogue_size_gives_the_whole_catalogue(tmp_path: Path) -> None:
    model = fitted(tmp_path, purchases(), length=500)
    shown = list_items(model.decide([asked('[[5,["i00"]]]')])[0])
    assert sorted(shown) == sorted(model.state.items)


class Constant:
    """A scorer with equal scores for all items."""

    def __init__(self, value: float, items: int) -> None:
        self.value, self.items = value, items

    def scores(self, history: object, /) -> np.ndarray:
        return np.full(self.items, self.value)

    def files(self) -> dict[str, bytes]:
        return {}


def test_constant_scores_reach_the_random_value_and_nan_is_refused(tmp_path: Path) -> None:
    dataset = SYSTEM.load(case := case_of(tmp_path, purchases(users=300, baskets=6)))
    fold = dataset.folds(count=1)[0]
    known = RecommendCandidate(name="ease", learner=Ease()).fit(dataset.train(fold), rng=np.random.default_rng(0))
    n, requests, outcomes = len(known.state.items), dataset.requests(fold), dataset.outcomes(fold)
    constant = Recommender(known.state, Constant(0.5, n), Constant(0.5, n))
    recall = next(metric for metric in SYSTEM.metrics(case) if metric.name == "repeat_recall_10")
    reached = recall.per_unit(constant.decide(requests), outcomes)["value"].drop_nulls()
    assert reached.len() > 200
    error = float(reached.std() or 0.0) / reached.len() ** 0.5  # type: ignore[arg-type]
    assert abs(float(reached.mean() or 0.0) - 10 / n) <= 3 * error  # type: ignore[arg-type]
    with pytest.raises(DataError, match="not finite numbers"):
        Recommender(known.state, Constant(float("nan"), n), Constant(0.0, n)).decide(requests)


def test_figures_of_a_contest_are_offline_and_paired_by_user(tmp_path: Path) -> None:
    case = case_of(tmp_path, purchases(), candidates=(CandidateSpec(name="ease"),))
    case = replace(case, incumbent="ease", contest=ContestSpec(folds=1, trials=1, draws=100))
    record = run(case, SYSTEM, SYSTEM.load(case), SYSTEM.candidates(case), InProcess()).record
    assert {f.evidence_class for s in record.standings for f in s.figures} == {"offline"}
    assert all(f"{record.folds[0].units} independent units" in c.method for c in record.comparisons)
    coverage = [f for s in record.standings for f in s.figures if f.name == "repeat_coverage_10"]
    assert all(f.low is not None and f.high is not None and f.low <= f.value <= f.high for f in coverage)


def test_every_candidate_with_parameters_gets_the_same_trials(tmp_path: Path) -> None:
    """The deep candidate too: no candidate keeps its defaults while the others are tuned."""
    del tmp_path
    for kind in ("item_knn", "ease", "content", "blend", "reranker", "als", "sasrec"):
        candidate = RecommendCandidate(name=kind, learner=LEARNERS[kind]())
        proposals = candidate.proposals(4, rng=np.random.default_rng(0))
        assert proposals[0] == candidate
        assert len(proposals) == 4, kind
