from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.systems.fraud.cases import case_of, stream

from starcase.contract.system import Fold
from starcase.errors import DataError
from starcase.stages.contest.evaluation import measure_fold
from starcase.systems.fraud import FraudSystem
from starcase.systems.fraud.folds import build_inner_folds
from starcase.tables.clock import DAY


def test_folds_are_split_by_time_and_use_nothing_after_until(tmp_path: Path) -> None:
    dataset = FraudSystem().load(case_of(tmp_path, stream()))
    start, _ = dataset.span()
    until = start + 8 * DAY
    folds = dataset.folds(count=3, until=until)
    assert [fold.name for fold in folds] == ["fold-1", "fold-2", "fold-3"]
    for fold, following in zip(folds, [*folds[1:], None], strict=True):
        assert fold.train_end == fold.test_start < fold.test_end
        assert following is None or fold.test_end <= following.test_start
        assert fold.known_by == until
        outcomes = dataset.outcomes(fold)
        assert outcomes["matured"].all()
        assert outcomes["at"].max() + DAY <= until  # type: ignore[operator]


def test_a_label_is_used_only_from_its_arrival(tmp_path: Path) -> None:
    dataset = FraudSystem().load(case_of(tmp_path, stream()))
    fold = dataset.folds(count=2)[1]
    train = dataset.train(fold)
    assert np.array_equal(train.known, train.at + DAY <= fold.train_end)
    assert np.isnan(train.y[~train.known]).all()
    assert 0 < train.known.sum() < len(train)
    windows = dataset.inner(fold, count=3)
    assert len(windows) == 3
    for inner in windows:
        assert inner.known_by == fold.train_end
        assert dataset.outcomes(inner)["matured"].all()
        assert dataset.train(inner).at.max() < inner.test_start < inner.test_end <= fold.train_end


def test_rows_of_one_moment_are_on_one_side_of_a_split(tmp_path: Path) -> None:
    frame = stream().with_columns(when=pl.col("when") // 86_400 * 86_400)
    dataset = FraudSystem().load(case_of(tmp_path, frame))
    for fold in dataset.folds(count=3):
        assert dataset.train(fold).at.max() < dataset.requests(fold)[0].at


def test_an_unknown_outcome_is_null(tmp_path: Path) -> None:
    dataset = FraudSystem().load(case_of(tmp_path, stream()))
    fold = dataset.folds(count=1, until=dataset.span()[0] + 5 * DAY)[0]
    early = replace(fold, test_end=fold.test_end + DAY)
    outcomes = dataset.outcomes(early)
    immature = outcomes.filter(~pl.col("matured"))
    assert immature.height > 0
    assert immature["outcome"].null_count() == immature.height
    assert len(dataset.requests(early)) == outcomes.height
    assert dataset.requests(early)[0].id == outcomes["id"][0]


@pytest.mark.parametrize("when", ["early", "late"])
def test_a_fold_with_one_label_only_is_refused(tmp_path: Path, when: str) -> None:
    half = stream().height // 2
    place = pl.int_range(pl.len())
    keep = place > half if when == "late" else place < half // 3
    dataset = FraudSystem().load(
        case_of(tmp_path, stream().with_columns(fraud=pl.when(keep).then("fraud").otherwise(0)))
    )
    with pytest.raises(DataError, match="a fold with one outcome only"):
        dataset.folds(count=4)


def test_a_span_that_is_too_short_is_refused(tmp_path: Path) -> None:
    dataset = FraudSystem().load(case_of(tmp_path, stream()))
    with pytest.raises(DataError, match="too few"):
        dataset.folds(count=3, until=dataset.span()[0] + DAY)


def test_without_units_blocks_of_time_are_the_clusters(tmp_path: Path) -> None:
    dataset = FraudSystem().load(case_of(tmp_path, stream()))
    clusters = dataset.outcomes(dataset.folds(count=1)[0])["cluster"]
    assert 100 < clusters.n_unique() < 300
    named = FraudSystem().load(case_of(tmp_path, stream(), unit="pan"))
    assert named.outcomes(named.folds(count=1)[0])["cluster"].n_unique() == 60


def test_labels_that_have_not_arrived_change_no_figure(tmp_path: Path) -> None:
    """The last day's labels are hidden by their delay, so their values have no effect."""
    found = []
    for number, frame in enumerate((stream(), stream().with_columns(fraud=_otherwise_on_the_last_day()))):
        folder = tmp_path / str(number)
        folder.mkdir()
        case = case_of(folder, frame)
        system = FraudSystem()
        dataset = system.load(case)
        fold = replace(dataset.folds(count=1)[0], test_end=dataset.span()[1], known_by=dataset.span()[1])
        model = system.candidates(case)[0].fit(dataset.train(fold), rng=np.random.default_rng(0))
        metrics = system.metrics(case)
        answers, rows = measure_fold("it", model, dataset, fold, metrics)
        assert 0 < rows.height < len(answers)
        even = np.ones((1, rows.height))
        found.append([float(m.value(rows[m.name].struct.unnest(), even)[0]) for m in metrics])
    assert found[0] == found[1]
    assert np.isfinite(found[0]).sum() > 3


def _otherwise_on_the_last_day() -> pl.Expr:
    last = pl.col("when") > pl.col("when").max() - 86_400
    return pl.when(last).then(1 - pl.col("fraud")).otherwise(pl.col("fraud")).cast(pl.Int8)


def test_an_inner_fold_with_one_label_only_is_left_out(tmp_path: Path) -> None:
    """The last of three windows has no fraud, so it cannot be evaluated."""
    early = pl.int_range(pl.len()) < 1_450
    frame = stream().with_columns(fraud=pl.when(early).then("fraud").otherwise(0).cast(pl.Int8))
    rows = FraudSystem().load(case_of(tmp_path, frame)).transactions
    end = int(rows.at[1_950])
    fold = Fold(name="fold-1", train_end=end, test_start=end, test_end=end + DAY, known_by=end + 9 * DAY)
    windows = build_inner_folds(fold, rows.at, rows.arrival, rows.label, count=3)
    assert [window.name for window in windows] == ["fold-1-inner-1", "fold-1-inner-2"]


def test_the_last_part_is_one_inner_fold_where_no_window_has_both_labels(tmp_path: Path) -> None:
    rows = FraudSystem().load(case_of(tmp_path, stream())).transactions
    end = int(rows.at[-1])
    fold = Fold(name="fold-1", train_end=end, test_start=end, test_end=end + DAY, known_by=end + 9 * DAY)
    (whole,) = build_inner_folds(fold, rows.at, rows.arrival, np.zeros_like(rows.label), count=3)
    (alone,) = build_inner_folds(fold, rows.at, rows.arrival, rows.label, count=1)
    assert (whole.train_end, whole.test_end) == (alone.train_end, alone.test_end)
