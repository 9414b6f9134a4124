"""Requirements on the evaluation of recommenders, for every model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.systems.recommend.cases import DAY, case_of, purchases
from threadpoolctl import threadpool_info, threadpool_limits

from starcase.compute.executor import InProcess
from starcase.contract.case_spec import CandidateSpec, Case, ContestSpec, GuardrailSpec, ObjectiveSpec
from starcase.contract.model import Metric
from starcase.contract.model_identity import hash_model
from starcase.contract.request import Request
from starcase.errors import CaseFileError
from starcase.extensions.case_validation import validate_case
from starcase.stages.contest import run
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.candidates import LEARNERS, is_installed
from starcase.systems.recommend.environment import list_items
from starcase.systems.recommend.history import History
from starcase.systems.recommend.item_popularity import count_takers
from starcase.systems.recommend.learners.popularity import Popularity
from starcase.systems.recommend.metrics import Ndcg
from starcase.systems.recommend.model import Recommender, RecommenderState
from starcase.systems.recommend.threads import limit_blas_threads

SYSTEM = RecommendSystem()
WORDS = {"items": "items.csv", "item_text": "words"}


def rewritten(frame: pl.DataFrame, cut: int) -> pl.DataFrame:
    """The same rows until ``cut`` seconds; later rows have the same number and only new items."""
    new = pl.concat_str(pl.lit("new "), "item")
    return frame.with_columns(item=pl.when(pl.col("at") < cut).then("item").otherwise(new))


def words(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    items = {"item": [f"i{i:02d}" for i in range(40)], "words": [f"taste{i % 4} size{i % 3}" for i in range(40)]}
    pl.DataFrame(items).write_csv(folder / "items.csv")


@pytest.mark.parametrize("kind", [kind for kind, learner in LEARNERS.items() if is_installed(learner)])
def test_no_model_depends_on_rows_after_the_cut(tmp_path: Path, kind: str) -> None:
    """R1: another future gives identical model files."""
    frame = purchases(users=40, baskets=10)
    parameters = {"sources": "item_knn popularity"} if kind == "adaptive" else {}
    named = (CandidateSpec(name=kind, parameters=parameters),)

    def made(folder: Path, given: pl.DataFrame) -> tuple[str, int]:
        words(folder)
        case = case_of(folder, given, options=WORDS, candidates=named)
        dataset = SYSTEM.load(case)
        (fold,), (candidate,) = dataset.folds(count=1), SYSTEM.candidates(case)
        model = candidate.fit(dataset.train(fold), rng=np.random.default_rng(0))
        return hash_model(candidate.save(model)), fold.train_end // 1_000_000

    one, cut = made(tmp_path / "one", frame)
    other, same = made(tmp_path / "other", rewritten(frame, cut))
    assert same == cut
    assert one == other


def test_novelty_and_bias_use_only_earlier_interactions(tmp_path: Path) -> None:
    frame = purchases()
    rows = SYSTEM.load(case_of(tmp_path, frame)).interactions
    cut = int(rows.at[len(rows) // 2])
    known = count_takers(rows, cut)
    told = frame.filter(pl.col("at") * 1_000_000 < cut).group_by("item").agg(pl.col("user").n_unique())
    assert known.by == dict(told.iter_rows())
    assert known.users == frame.filter(pl.col("at") * 1_000_000 < cut)["user"].n_unique()


@pytest.mark.parametrize("place", ["objective", "guardrail"])
def test_a_sampled_metric_is_neither_objective_nor_guardrail(tmp_path: Path, place: str) -> None:
    """R2: such a metric says so in its name, and is refused as objective and as guardrail."""

    class Sampled(Ndcg):
        @property
        def name(self) -> str:
            return f"{super().name}_sampled_100"

    class Sampling(RecommendSystem):
        def metrics(self, case: Case) -> list[Metric]:
            return [*super().metrics(case), Sampled("repeat", 10)]

    case = case_of(tmp_path, purchases())
    validate_case(case, Sampling())
    name = "repeat_ndcg_10_sampled_100"
    wrong = (
        replace(case, objective=ObjectiveSpec(metric=name))
        if place == "objective"
        else replace(case, guardrails=(GuardrailSpec(metric=name, margin=0.1),))
    )
    with pytest.raises(CaseFileError, match="it must not decide"):
        validate_case(wrong, Sampling())


def test_no_builtin_metric_is_sampled(tmp_path: Path) -> None:
    """R2: the metrics distinguish the last item of a long catalogue from the first, so nothing is sampled."""
    case = case_of(tmp_path, purchases())
    dataset = SYSTEM.load(case)
    outcomes = dataset.outcomes(dataset.folds(count=1)[0])
    model = RecommendCandidate(name="popularity", learner=Popularity()).fit(
        dataset.train(dataset.folds(count=1)[0]), rng=np.random.default_rng(0)
    )
    answers = model.decide(dataset.requests(dataset.folds(count=1)[0]))
    for metric in SYSTEM.metrics(case):
        assert "sampled" not in metric.name
        assert metric.per_unit(answers, outcomes).equals(metric.per_unit(answers, outcomes))


def test_differences_are_paired_by_user(tmp_path: Path) -> None:
    """R4: two equal candidates have a difference of exactly zero, however wide the interval of each is."""
    twins = (CandidateSpec(name="item_knn"), CandidateSpec(name="twin", parameters={"kind": "item_knn"}))
    case = replace(case_of(tmp_path, purchases(), candidates=twins), contest=ContestSpec(folds=1, trials=1, draws=200))
    record = run(case, SYSTEM, SYSTEM.load(case), SYSTEM.candidates(case), InProcess()).record
    (pair,) = (c for c in record.comparisons if {c.candidate, c.against} == {"item_knn", "twin"})
    assert (pair.difference.low, pair.difference.value, pair.difference.high) == (0, 0, 0)
    assert pair.verdict == "no difference shown"
    own = next(s.figures[0] for s in record.standings if s.candidate == "twin")
    assert own.low is not None
    assert own.high is not None
    assert own.high - own.low > 0.01


def test_cold_users_and_items_are_counted_as_they_are(tmp_path: Path) -> None:
    """R4: five newcomers after the last cut, and one new item taken by ten."""
    frame = purchases(users=50)
    end = int(frame["at"].max())  # type: ignore[arg-type]
    new = pl.DataFrame(
        {"at": [end] * 15, "user": [f"u{i:02d}" for i in range(10)] + [f"n{i}" for i in range(5)],
         "item": ["fresh"] * 10 + ["i00"] * 5, "stars": 1.0}
    )  # fmt: skip
    dataset = SYSTEM.load(case_of(tmp_path, pl.concat([frame, new])))
    (fold,) = dataset.folds(count=1)
    late = dataset.interactions.at >= fold.test_start
    users = np.unique(dataset.interactions.user[late]).size
    pairs = np.unique(dataset.interactions.user[late] * 1000 + dataset.interactions.item[late]).size
    told = {figure.name: figure.value for figure in dataset.check().figures}
    assert told["cold users"] == pytest.approx(5 / users)
    assert told["cold items among those taken"] == pytest.approx(10 / pairs)
    assert told["users who can be evaluated"] <= told["users asked after the last cut"] == users


class Constant:
    """A scorer with equal scores for all items."""

    def __init__(self, items: int) -> None:
        self.items = items

    def scores(self, history: History, /) -> np.ndarray:
        del history
        return np.zeros(self.items)

    def files(self) -> dict[str, bytes]:
        return {}


def test_constant_scores_reach_the_random_value() -> None:
    """R7: over all users every item has every rank equally often, independent of the targets."""
    size, users = 60, 6_000
    state = RecommenderState(kind="constant", items=tuple(f"i{n}" for n in range(size)), length=10, repeat=True)
    model = Recommender(state, Constant(size), Constant(size))
    asked = [Request(f"u{n}", f"u{n}", DAY, {"history": '[[1,["i0"]]]', "past": 1}) for n in range(users)]
    outcomes = pl.DataFrame({"targets": [["i17", "i42"]] * users, "past": [1] * users})
    reached = Ndcg("repeat", 10).per_unit(model.decide(asked), outcomes)["value"].to_numpy()
    gains = 1 / np.log2(np.arange(10) + 2)
    expected = 2 / size * gains.sum() / gains[:2].sum()
    assert abs(reached.mean() - expected) < 4 * reached.std() / users**0.5


def test_a_small_candidate_pool_gives_a_valid_answer(tmp_path: Path) -> None:
    """R8: the answer is valid where the first stage finds fewer items than requested, or none."""
    frame = purchases(users=16, items=20, baskets=4)
    case = case_of(tmp_path, frame, options={"length": 50}, candidates=(CandidateSpec(name="reranker"),))
    dataset = SYSTEM.load(case)
    (fold,) = dataset.folds(count=1)
    (candidate,) = SYSTEM.candidates(case)
    model = candidate.fit(dataset.train(fold), rng=np.random.default_rng(0))
    for answer in model.decide(dataset.requests(fold)):
        shown = list_items(answer)
        assert len(shown) == len(set(shown)) <= 20
        assert np.isfinite(answer.score)


def test_a_fitted_model_answers_on_one_blas_thread() -> None:
    """R12: at run time, independent of environment variables."""
    with threadpool_limits(limits=2, user_api="blas"):
        limit_blas_threads.cache_clear()
        Recommender(RecommenderState(kind="constant", items=("a",), length=1, repeat=True), Constant(1), Constant(1))
        assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}
    limit_blas_threads.cache_clear()
    limit_blas_threads()
