"""Bad files are refused with file, column, row and mend; labels count only once they have arrived."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from starcase.case.spec import Case, DataSpec, ObjectiveSpec
from starcase.errors import CaseFileError, DataError
from starcase.systems.fraud import FraudSystem
from starcase.systems.fraud.dataset import FraudDataset

N = 400
HOUR = 3_600


def good() -> pl.DataFrame:
    rng = np.random.default_rng(0)
    return pl.DataFrame(
        {"when": np.arange(N) * 600, "x": rng.normal(size=N), "kind": ["a", "b"] * (N // 2),
         "fraud": (rng.random(N) < 0.2).astype(int)}
    )  # fmt: skip


def dataset(folder: Path, table: pl.DataFrame, *, delay: str = "0s", **options: float) -> FraudDataset:
    table.write_csv(folder / "tx.csv")
    case = Case(
        name="t", title="t", system="fraud", incumbent="logistic_regression", folder=str(folder),
        data=DataSpec(path="tx.csv", time="when", target="fraud", delay=delay),
        objective=ObjectiveSpec(metric="average_precision"), options=dict(options),
    )  # fmt: skip
    return FraudSystem().load(case)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop("fraud"), "no column 'fraud'"),
        (lambda t: t.head(0), "holds no rows"),
        (lambda t: t.with_columns(fraud=pl.lit(0)), "every outcome is 0"),
        (lambda t: t.with_columns(fraud=pl.lit("yes")), "not an outcome"),
        (lambda t: t.with_columns(fraud=pl.col("fraud") * 2), "neither 0 nor 1"),
        (lambda t: t.with_columns(fraud=pl.when(pl.int_range(N) == 7).then(None).otherwise(pl.col("fraud"))), "row 8"),
        (lambda t: t.with_columns(when=pl.when(pl.int_range(N) == 9).then(0).otherwise(pl.col("when"))), "row 10"),
        (lambda t: t.with_columns(when=pl.lit("soon")), "not a time"),
    ],
)
def test_bad_files_are_refused_in_words(change: object, said: str, tmp_path: Path) -> None:
    assert callable(change)
    with pytest.raises(DataError, match=said) as refused:
        dataset(tmp_path, change(good()))
    assert "tx.csv" in str(refused.value)


def test_a_missing_file_and_an_unknown_option_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="alert_budget"):
        dataset(tmp_path, good(), alert_budgett=0.1)
    (tmp_path / "tx.csv").unlink()
    case = Case(
        name="t", title="t", system="fraud", incumbent="x", folder=str(tmp_path),
        data=DataSpec(path="tx.csv", time="when", target="fraud"), objective=ObjectiveSpec(metric="m"),
    )  # fmt: skip
    with pytest.raises(DataError, match="does not exist"):
        FraudSystem().load(case)


def test_neither_time_nor_outcome_is_a_feature(tmp_path: Path) -> None:
    loaded = dataset(tmp_path, good())
    assert loaded.names == ("x",)
    assert "kind" in {finding.where for finding in loaded.check().findings}


def test_a_label_counts_only_once_it_has_arrived(tmp_path: Path) -> None:
    loaded = dataset(tmp_path, good(), delay="5h")
    folds = loaded.folds(count=2)
    for fold in folds:
        assert loaded.train(fold).at.max() + 5 * HOUR * 1_000_000 <= fold.train_end
        outcomes = loaded.outcomes(fold)
        assert outcomes.filter(~pl.col("matured"))["outcome"].null_count() == outcomes.filter(~pl.col("matured")).height
    inner = loaded.inner(folds[-1])
    assert inner.test_end + 5 * HOUR * 1_000_000 <= folds[-1].train_end
    assert loaded.outcomes(folds[-1])["matured"].all()


def test_a_fold_of_one_class_is_refused(tmp_path: Path) -> None:
    early = good().with_columns(fraud=(pl.int_range(N) < 100).cast(pl.Int64))
    with pytest.raises(DataError, match="one class only"):
        dataset(tmp_path, early).folds(count=2)


def test_blocked_payments_tell_only_in_the_pass_through_share(tmp_path: Path) -> None:
    from starcase.case.request import Answer
    from starcase.systems.fraud.system import FraudTraffic

    loaded = dataset(tmp_path, good(), pass_through=0.25)
    traffic = FraudTraffic(loaded.case, loaded)
    seen = [traffic.outcome(r, Answer("block", 1.0)) for r in traffic.arrivals(*loaded.span())]
    told = [outcome for outcome in seen if outcome]
    assert {outcome.weight for outcome in told} == {4.0}
    assert len(told) / N == pytest.approx(0.25, abs=4 * (0.25 * 0.75 / N) ** 0.5)
    free = [traffic.outcome(r, Answer("approve", 0.0)) for r in traffic.arrivals(*loaded.span())]
    assert sum(o.value for o in free if o) == good()["fraud"].sum()
