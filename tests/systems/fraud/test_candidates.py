from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import lightgbm
import numpy as np
import polars as pl
import pytest
from tests.systems.fraud.cases import case_of, stream

from starcase.contract.case_spec import CandidateSpec
from starcase.contract.model import Candidate, RankingFitCandidate, Tunable
from starcase.contract.request import Request, RequestTable
from starcase.errors import ArtefactError, CaseFileError, DataError
from starcase.systems.fraud import FraudSystem
from starcase.systems.fraud.candidate import FraudCandidate
from starcase.systems.fraud.catalogue import LEARNERS, create_baselines
from starcase.systems.fraud.catalogue import create_candidates as built_in
from starcase.systems.fraud.options import FraudOptions
from starcase.systems.fraud.scoring.booster import Booster
from starcase.systems.fraud.training import FraudTrainingSet

SMALL: Mapping[str, Mapping[str, int]] = {
    **{name: {"trees": 20} for name in ("lightgbm", "random_forest", "isolation_forest", "hybrid")},
    "blend": {"trees": 20, "boosters": 2, "forest": 10},
    "local_outliers": {"reference": 200},
}


def everybody(folder: Path) -> list[FraudCandidate]:
    specs = tuple(CandidateSpec(name=name, parameters=SMALL.get(name, {})) for name in LEARNERS)
    case = case_of(folder, stream(), candidates=specs)
    return [*built_in(case, FraudOptions()), *create_baselines(FraudOptions(), amount=True)]


NAMES = [*LEARNERS, "constant_rate", "amount_rule"]


def named(folder: Path, name: str) -> FraudCandidate:
    return next(candidate for candidate in everybody(folder) if candidate.name == name)


@pytest.mark.parametrize("name", NAMES)
def test_answers_are_equal_for_single_rows_batches_and_loaded_models(tmp_path: Path, name: str) -> None:
    candidate = named(tmp_path, name)
    assert isinstance(candidate, Candidate)
    assert isinstance(candidate, Tunable)
    dataset = FraudSystem().load(case_of(tmp_path, stream()))
    fold = dataset.folds(count=1)[0]
    model = candidate.fit(dataset.train(fold), rng=np.random.default_rng(0))
    again = candidate.load(candidate.save(model))
    holed = dataset.requests(fold).features.with_columns(x=pl.when(pl.int_range(pl.len()) % 7 != 0).then("x"))
    table = dataset.requests(fold).replace_features(holed)
    many = model.decide(table)
    assert len(many) == len(table)
    assert [model.decide((request,))[0] for request in table] == list(many)
    assert list(again.decide(table)) == list(many)
    assert list(model.decide(list(table)[::-1])) == list(many)[::-1]
    assert model.decide([]) == []
    assert all(0 <= answer.score <= 1 for answer in many)
    assert candidate.save(model) == candidate.save(candidate.fit(dataset.train(fold), rng=np.random.default_rng(0)))


@pytest.mark.parametrize("name", NAMES)
def test_a_ranking_fit_is_restored_from_its_files(tmp_path: Path, name: str) -> None:
    """Where tuning replaces the default, a contest keeps the default's ranking fit as files, for the report."""
    candidate = named(tmp_path, name)
    assert isinstance(candidate, RankingFitCandidate)
    dataset = FraudSystem().load(case_of(tmp_path, stream()))
    fold = dataset.folds(count=1)[0]
    model = candidate.fit_ranking(dataset.train(fold), rng=np.random.default_rng(0))
    answers = model.decide(dataset.requests(fold))
    assert list(candidate.load(candidate.save(model)).decide(dataset.requests(fold))) == list(answers)
    assert {answer.action for answer in answers} == {"approve"}


@pytest.mark.parametrize("name", NAMES)
def test_proposals_are_the_current_parameters_and_other_ones(tmp_path: Path, name: str) -> None:
    candidate = named(tmp_path, name)
    proposed = candidate.proposals(4, rng=np.random.default_rng(0))
    assert proposed[0] == candidate
    assert 1 <= len(proposed) <= 4
    assert len({repr(one) for one in proposed}) == len(proposed)


def test_the_single_row_path_equals_booster_predict_bit_for_bit() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2_000, 6))
    x[rng.random(x.shape) < 0.1] = np.nan
    y = np.nan_to_num(x[:, 0]) + rng.normal(size=2_000) > 1
    reference = lightgbm.train({"objective": "binary", "verbosity": -1, "num_threads": 1}, lightgbm.Dataset(x, y), 40)
    ours = Booster(reference.model_to_string(), 6)
    x[:5, :] = [[np.inf] * 6, [-np.inf] * 6, [np.nan] * 6, [0.0] * 6, [-0.0] * 6]
    expected = np.asarray(reference.predict(x, num_threads=1))
    assert np.array_equal(ours.rows(x), expected)
    assert [ours.row(row) for row in x.tolist()] == expected.tolist()
    found: list[list[float]] = []
    threads = [threading.Thread(target=lambda: found.append([ours.row(row) for row in x.tolist()])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected.tolist()] * 4
    with pytest.raises(ValueError, match="expects 6"):
        ours.row([1.0])


def test_a_text_that_is_not_a_model_is_refused() -> None:
    with pytest.raises(ArtefactError):
        Booster("no model", 3)


def test_another_kind_of_model_is_refused(tmp_path: Path) -> None:
    dataset = FraudSystem().load(case_of(tmp_path, stream()))
    linear, trees = named(tmp_path, "logistic_regression"), named(tmp_path, "lightgbm")
    files = dict(linear.save(linear.fit(dataset.train(dataset.folds(count=1)[0]), rng=np.random.default_rng(0))))
    with pytest.raises(ArtefactError, match="is a boosted_trees"):
        trees.load(files)
    files["model.json"] = files["model.json"][:-5]
    with pytest.raises(ArtefactError):
        linear.load(files)


def test_a_request_without_a_feature_is_refused(tmp_path: Path) -> None:
    dataset = FraudSystem().load(case_of(tmp_path, stream()))
    model = named(tmp_path, "logistic_regression").fit(
        dataset.train(dataset.folds(count=1)[0]), rng=np.random.default_rng(0)
    )
    with pytest.raises(DataError, match="no feature"):
        model.decide([Request("a", "a", 0, {"x": 1.0})])
    table = RequestTable(["a"], ["a"], [0], dataset.features[:1])
    assert model.decide(table) == model.decide(list(table))


def test_immature_labels_change_no_supervised_model(tmp_path: Path) -> None:
    dataset = FraudSystem().load(case_of(tmp_path, stream()))
    fold = dataset.folds(count=1)[0]
    train = dataset.train(fold)
    only_known = train.where(train.known)
    for name in LEARNERS:
        candidate = named(tmp_path, name)
        if candidate.learner.supervised:
            one = candidate.save(candidate.fit(train, rng=np.random.default_rng(0)))
            assert one == candidate.save(candidate.fit(only_known, rng=np.random.default_rng(0))), name


def test_training_on_one_label_only_is_refused(tmp_path: Path) -> None:
    dataset = FraudSystem().load(case_of(tmp_path, stream()))
    train = dataset.train(dataset.folds(count=1)[0])
    legitimate: FraudTrainingSet = train.where(train.y == 0)
    with pytest.raises(DataError, match="needs both frauds and legitimate"):
        named(tmp_path, "lightgbm").fit(legitimate, rng=np.random.default_rng(0))


def test_unknown_names_and_parameters_are_refused(tmp_path: Path) -> None:
    for spec, word in [
        (CandidateSpec(name="lightgmb"), "nearest is 'lightgbm'"),
        (CandidateSpec(name="lightgbm", parameters={"leafs": 3}), "leaves"),
        (CandidateSpec(name="lightgbm", parameters={"trees": 1.5}), "whole number"),
    ]:
        with pytest.raises(CaseFileError, match=word):
            built_in(case_of(tmp_path, stream(), candidates=(spec,)), FraudOptions())


def test_a_second_version_has_its_own_name_and_parameters(tmp_path: Path) -> None:
    spec = CandidateSpec(name="small_trees", parameters={"kind": "lightgbm", "leaves": 3, "alert_budget": 0.5})
    (candidate,) = built_in(case_of(tmp_path, stream(), candidates=(spec,)), FraudOptions())
    assert (candidate.name, candidate.parameters["leaves"], candidate.parameters["alert_budget"]) == (
        "small_trees",
        3,
        0.5,
    )
