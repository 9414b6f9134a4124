"""Model comparisons: equal to independent implementations, with valid false alarm rates."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from starcase.errors import DataError, NotIdentifiable
from starcase.inference import (
    FITTED_MODEL,
    WAY_OF_FITTING,
    Resampling,
    assign_time_blocks,
    delong,
    diebold_mariano,
    nadeau_bengio,
)

FloatArray = npt.NDArray[np.float64]


def three_errors(share: float, runs: int) -> float:
    return float(3 * (share * (1 - share) / runs) ** 0.5)


def auc_by_pairs(labels: npt.NDArray[np.bool_], scores: FloatArray) -> FloatArray:
    """(positives, negatives) 1 where the positive is above, a half where they tie."""
    over = scores[labels][:, None] - scores[~labels][None, :]
    pairs: FloatArray = np.heaviside(over, 0.5)
    return pairs


@given(st.integers(0, 10_000), st.booleans())
def test_delong_agrees_with_all_pairs(seed: int, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.random(40) < 0.4
    labels[:4] = [True, True, False, False]
    scores = [rng.normal(size=40) + labels for _ in range(2)]
    if ties:
        scores = [score.round() for score in scores]
    pairs = auc_by_pairs(labels, scores[0]) - auc_by_pairs(labels, scores[1])
    error = np.sqrt(pairs.mean(1).var(ddof=1) / pairs.shape[0] + pairs.mean(0).var(ddof=1) / pairs.shape[1])
    effect = delong(labels, *scores)
    assert effect.estimate == pytest.approx(pairs.mean(), abs=1e-12)
    if error > 1e-9:
        assert effect.high - effect.low == pytest.approx(2 * stats.norm.ppf(0.975) * error, rel=1e-9)
        assert effect.p_value == pytest.approx(2 * stats.norm.sf(abs(pairs.mean()) / error), rel=1e-6)
    assert effect.question == FITTED_MODEL


@pytest.mark.simulation
def test_delong_covers() -> None:
    rng = np.random.default_rng(1)
    runs, level = 1_000, 0.9
    labels = np.arange(300) < 60
    covered = sum(
        effect.low <= 0 <= effect.high
        for effect in (
            delong(labels, truth + rng.normal(size=300), truth + rng.normal(size=300), level=level)
            for truth in (labels + rng.normal(size=300) for _ in range(runs))
        )
    )
    assert abs(covered / runs - level) <= three_errors(level, runs) + 0.01, "60 positives cost a point at most"


def test_equal_ranking_gives_zero_difference_and_no_evidence() -> None:
    rng = np.random.default_rng(2)
    labels, score = rng.random(50) < 0.5, rng.normal(size=50)
    effect = delong(labels, score, np.exp(score))
    assert (effect.estimate, effect.p_value) == (0.0, 1.0)
    assert "nothing varies" in effect.method


def split_differences(rng: np.random.Generator, splits: int) -> FloatArray:
    """Two ways of fitting that are equal by symmetry: each puts a threshold on a feature of its own."""
    labels = np.arange(100) % 2
    rows = rng.normal(size=(100, 2)) + 0.8 * labels[:, None]
    found = np.empty(splits)
    for place in range(splits):
        order = rng.permutation(100)
        test, train = order[:10], order[10:]
        cut = np.array([rows[train[labels[train] == one]].mean(axis=0) for one in (0, 1)]).mean(axis=0)
        right = (rows[test] > cut) == labels[test][:, None]
        found[place] = right[:, 0].mean() - right[:, 1].mean()
    return found


@pytest.mark.simulation
def test_equal_learning_methods_give_few_false_alarms() -> None:
    rng = np.random.default_rng(3)
    runs, alpha, splits = 400, 0.05, 30
    corrected = naive = 0
    for _ in range(runs):
        found = split_differences(rng, splits)
        effect = nadeau_bengio(found, train_rows=90, test_rows=10)
        corrected += effect.p_value < alpha
        naive += stats.ttest_1samp(found, 0.0).pvalue < alpha
        assert effect.question == WAY_OF_FITTING
    assert corrected / runs <= alpha + three_errors(alpha, runs)
    assert naive / runs >= 0.25, "the test this replaces"


def test_diebold_mariano_without_overlap_equals_the_t_test() -> None:
    rng = np.random.default_rng(4)
    one, other = rng.normal(size=(2, 60)) ** 2
    theirs = stats.ttest_rel(one, other)
    ours = diebold_mariano(one, other)
    assert ours.p_value == pytest.approx(theirs.pvalue, rel=1e-9)
    ends = theirs.confidence_interval(0.95)
    assert [ours.low, ours.high] == pytest.approx([ends.low, ends.high], rel=1e-9)


@pytest.mark.simulation
@pytest.mark.parametrize("horizon", [1, 4])
def test_equal_forecasts_give_few_false_alarms(horizon: int) -> None:
    rng = np.random.default_rng(5)
    runs, alpha, n = 2_000, 0.05, 200
    off = naive = 0
    for _ in range(runs):
        steps = np.convolve(rng.normal(size=n + horizon - 1), np.ones(horizon), "valid")
        off += diebold_mariano(steps, np.zeros(n), horizon=horizon).p_value < alpha
        naive += stats.ttest_1samp(steps, 0.0).pvalue < alpha
    short_series = 0.0 if horizon == 1 else 0.03  # four estimated autocovariances from 200 points
    assert off / runs <= alpha + three_errors(alpha, runs) + short_series
    assert horizon == 1 or naive / runs > 0.25


def test_bartlett_weights_replace_a_non_positive_variance() -> None:
    effect = diebold_mariano(np.tile([1.0, -1.0], 10) + 0.1, np.zeros(20), horizon=2)
    assert "Bartlett" in effect.method
    assert effect.low < 0.1 < effect.high


@pytest.mark.simulation
def test_time_blocks_preserve_serial_dependence() -> None:
    rng = np.random.default_rng(6)
    runs, level, n = 200, 0.9, 600
    by_block = by_row = 0
    blocks = assign_time_blocks(np.arange(n), 20)
    assert blocks.max() == 29
    for run in range(runs):
        series = np.convolve(rng.normal(size=n + 4), np.ones(5), "valid")
        for clusters in (blocks, np.arange(n)):
            effect = Resampling(clusters, draws=200, seed=run).effect(
                lambda w, series=series: w @ series / w.sum(axis=1),  # type: ignore[misc]
                level=level,
            )
            covered = effect.low <= 0 <= effect.high
            by_block, by_row = by_block + covered * (clusters is blocks), by_row + covered * (clusters is not blocks)
    few_blocks = 0.05  # 30 blocks, and a block's edges cut what would belong together
    assert by_block / runs >= level - three_errors(level, runs) - few_blocks
    assert by_row / runs < 0.7


def test_time_blocks_are_numbered_without_gaps() -> None:
    times = np.array([1_700_000_000_000_000 + 3_600_000_000 * hour for hour in (0, 1, 30, 31, 100)])
    assert assign_time_blocks(times, 24 * 3_600_000_000).tolist() == [0, 0, 1, 1, 2]
    assert assign_time_blocks(np.zeros(0), 1.0).size == 0
    for bad, width in (([np.nan], 1.0), ([1.0], 0.0), ([1.0], -2.0), ([1.0], np.inf), ([[1.0]], 1.0)):
        with pytest.raises(DataError):
            assign_time_blocks(bad, width)


def test_too_little_or_invalid_data_is_refused() -> None:
    with pytest.raises(NotIdentifiable, match="splits are too few"):
        nadeau_bengio([0.1], train_rows=9, test_rows=1)
    with pytest.raises(DataError):
        nadeau_bengio([0.1, np.nan], train_rows=9, test_rows=1)
    with pytest.raises(DataError, match="needs training rows"):
        nadeau_bengio([0.1, 0.2], train_rows=0, test_rows=1)
    with pytest.raises(NotIdentifiable, match="1 positive and 2 negative"):
        delong([1, 0, 0], [1, 2, 3], [1, 2, 3])
    with pytest.raises(DataError):
        delong([1, 0, 1, 0], [1, 2, np.nan, 3], [1, 2, 3, 4])
    with pytest.raises(NotIdentifiable, match="are too few to compare"):
        diebold_mariano([1.0, 2.0, 3.0, 4.0], [0.0] * 4, horizon=2)
    with pytest.raises(DataError):
        diebold_mariano([1.0, np.inf], [0.0, 0.0])
    idle = nadeau_bengio([0.1, 0.1], train_rows=9, test_rows=1)
    assert (idle.low, idle.high, idle.p_value) == (-np.inf, np.inf, 1.0)
