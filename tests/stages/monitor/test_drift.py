"""Drift in the unit of the objective: the effect of a shifted mix, and the change in known outcomes."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from starcase.evidence.decisions.tables import DECISIONS
from starcase.stages.monitor import Window, measure_drift
from starcase.stages.monitor.drift import assign_cells
from starcase.testing import ToySystem, toy_case

ERRORS = ToySystem().live_metrics(toy_case())[0]
N = 4_000


def window(seed: int, *, shift: float = 0.0, known: bool = True, relation: float = 0.05) -> Window:
    """A model that is wrong in a twentieth of the decisions, and in a third where x is large."""
    rng = np.random.default_rng(seed)
    x, noise = rng.normal(shift, 1, N), rng.normal(size=N)
    wrong = rng.random(N) < np.where(x > 1, 1 / 3, relation)
    bad = rng.random(N) < 0.2
    block = bad ^ wrong
    table = pl.DataFrame(
        {
            "id": [f"r{i}" for i in range(N)], "unit": [f"u{i // 2}" for i in range(N)], "at": np.arange(N),
            "seq": np.arange(N), "plan_version": 1, "bucket": 1, "arm": "new", "model": "m", "propensity": 1.0,
            "action": pl.Series(block).replace_strict({True: "block", False: "approve"}, return_dtype=pl.String),
            "score": noise, "error": "", "latency_us": 1.0, "outcome": bad.astype(float) if known else None,
            "outcome_at": np.arange(N), "outcome_weight": 1.0,
        }
    )  # fmt: skip
    shaped = table.select(pl.col(name).cast(dtype) for name, dtype in DECISIONS.items())
    return Window(decisions=shaped, features=pl.DataFrame({"x": x, "noise": noise}))


def true_error(shift: float) -> float:
    from statistics import NormalDist

    large = 1 - NormalDist(shift, 1).cdf(1)
    return large / 3 + (1 - large) * 0.05


def test_a_shifted_mix_is_reported_before_any_outcome_is_known() -> None:
    figures = measure_drift(ERRORS, window(1), window(2, shift=0.7, known=False))
    first = figures[0]
    assert first.name == "error_rate moved by the mix of x"
    assert first.low is not None
    assert first.high is not None
    assert 0 < first.low < true_error(0.7) - true_error(0.0) < first.high
    moved = {"error_rate moved by the mix of score", "error_rate moved by the mix of noise"}
    assert {figure.name for figure in figures[1:]} == moved
    assert all(f.low is not None and f.high is not None and f.low <= 0 <= f.high for f in figures[1:])


def test_a_shifted_mix_of_served_content_is_reported() -> None:
    before, now = window(1), window(2, shift=0.7, known=False)
    lists = [[{"items": ["large" if x > 1 else "small"]} for x in one.features["x"]] for one in (before, now)]
    told = measure_drift(
        ERRORS,
        Window(decisions=before.decisions, features=before.features.drop("x"), contents=lists[0]),
        Window(decisions=now.decisions, features=now.features.drop("x"), contents=lists[1]),
    )
    first = told[0]
    assert first.name == "error_rate moved by the mix of first item"
    assert first.low is not None
    assert first.high is not None
    assert 0 < first.low < true_error(0.7) - true_error(0.0) < first.high


def test_a_changed_relation_shows_only_in_outcomes() -> None:
    observed, *mixed = measure_drift(ERRORS, window(1), window(2, relation=0.2))
    assert observed.name == "change in error_rate on known outcomes"
    assert observed.low is not None
    assert observed.low > 0.05
    assert all(f.low is not None and f.high is not None and f.low <= 0 <= f.high for f in mixed)


@pytest.mark.simulation
def test_without_drift_all_intervals_contain_zero() -> None:
    """Four intervals, three of them holding together at 95 %: more than 9 alarms in 40 have a chance below 2 %."""
    alarms = 0
    for seed in range(40):
        figures = measure_drift(ERRORS, window(seed), window(seed + 1_000))
        alarms += any(f.low is not None and f.high is not None and not f.low <= 0 <= f.high for f in figures)
    assert alarms <= 9


def test_text_and_missing_values_have_separate_cells() -> None:
    old, new = assign_cells(pl.Series(["a"] * 5 + ["b"] * 3), pl.Series(["b", "z", None]))
    assert new.to_list() == ["b", "other", "missing"]
    assert set(old) == {"a", "b"}
    old, new = assign_cells(pl.Series([1.0, 2.0, float("nan")]), pl.Series([None, 5.0], dtype=pl.Float64))
    assert old[2] == "missing"
    assert new[0] == "missing"


def test_an_action_without_known_outcomes_gives_no_outcome_figure() -> None:
    given = window(2, relation=0.2)
    unknown = pl.when(pl.col("action") == "approve").then(pl.col("outcome"))
    hidden = Window(decisions=given.decisions.with_columns(outcome=unknown), features=given.features)
    assert not any("known outcomes" in figure.name for figure in measure_drift(ERRORS, window(1), hidden))


def test_without_decisions_there_is_no_figure() -> None:
    nothing = Window(decisions=window(1).decisions[:0], features=window(1).features[:0])
    assert measure_drift(ERRORS, window(1), nothing) == ()
