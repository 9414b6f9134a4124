"""Metrics agree with scikit-learn, and a weight of two is a row that occurs twice."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_curve

from starcase.case.model import Metric
from starcase.systems.fraud.metrics import METRICS, AveragePrecision, RecallAtRate

rows = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.9]), st.booleans(), st.booleans(), st.integers(0, 3)),
    min_size=2,
    max_size=40,
)


def table(drawn: list[tuple[float, bool, bool, int]]) -> pl.DataFrame:
    columns = {"score": pl.Float64, "blocked": pl.Boolean, "fraud": pl.Boolean}
    return pl.DataFrame([row[:3] for row in drawn], schema=columns, orient="row")


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
@given(drawn=rows)
def test_a_weight_is_a_number_of_copies(metric: Metric, drawn: list[tuple[float, bool, bool, int]]) -> None:
    weights = np.array([[float(row[3]) for row in drawn]])
    copies = [row for row in drawn for _ in range(row[3])]
    if not copies:
        return
    weighted = metric.value(table(drawn), weights)
    repeated = metric.value(table(copies), np.ones((1, len(copies))))
    np.testing.assert_allclose(weighted, repeated, rtol=1e-12)


@given(drawn=rows)
def test_average_precision_is_scikit_learns(drawn: list[tuple[float, bool, bool, int]]) -> None:
    units = table(drawn)
    if not units["fraud"].any():
        return
    ours = AveragePrecision().value(units, np.ones((1, units.height)))[0]
    theirs = average_precision_score(units["fraud"].to_numpy(), units["score"].to_numpy())
    assert ours == pytest.approx(theirs)


@given(drawn=rows, rate=st.sampled_from([0.0, 0.1, 0.5, 1.0]))
def test_recall_at_a_rate_is_a_point_of_the_roc_curve(drawn: list[tuple[float, bool, bool, int]], rate: float) -> None:
    units = table(drawn)
    if units["fraud"].n_unique() < 2:
        return
    ours = RecallAtRate(rate, "r").value(units, np.ones((1, units.height)))[0]
    fpr, tpr, _ = roc_curve(units["fraud"].to_numpy(), units["score"].to_numpy(), drop_intermediate=False)
    assert ours == pytest.approx(tpr[fpr <= rate].max())


def test_scores_that_are_not_numbers_have_no_average_precision() -> None:
    units = pl.DataFrame({"score": [np.nan, 0.5], "blocked": [False, True], "fraud": [True, False]})
    assert np.isnan(AveragePrecision().value(units, np.ones((3, 2)))).all()
