"""Policies in a log: positions have equal weight, estimates are compared with the truth, weak logs are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.stages.analysis.logs import asked, impressions, of, spec, value

from starcase.casefile.toml import read_case
from starcase.evidence.records import AnalysisRecord
from starcase.stages.analysis import analyse

CASE = Path(__file__).parents[3] / "cases" / "clickthrough-strategy"


@pytest.mark.simulation
def test_three_estimates_cover_the_rate_of_the_other_policy(tmp_path: Path) -> None:
    """At 95 % each; 40 logs, three standard errors of a proportion allowed."""
    runs, covered = 40, np.zeros(3)
    for run in range(runs):
        rows, truth = impressions(np.random.default_rng(run), 4_000)
        found = of(asked(tmp_path, rows, spec()), "off-policy")
        estimates = [figure for figure in found.figures if figure.evidence_class == "off-policy"]
        covered += [(figure.low or 0) <= truth <= (figure.high or 1) for figure in estimates]
    assert np.all(covered / runs >= 0.95 - 3 * (0.95 * 0.05 / runs) ** 0.5)


def test_weights_and_effective_sample_size_are_always_reported(tmp_path: Path) -> None:
    rows, _ = impressions(np.random.default_rng(1))
    found = of(asked(tmp_path, rows, spec()), "off-policy")
    assert value(found, "mean weight") == pytest.approx(1.0, abs=0.05)
    assert value(found, "largest weight") == pytest.approx(2.5)
    assert value(found, "is worth") < value(found, "decisions of the log")
    assert "no experiment" in found.said


@pytest.mark.parametrize(("times", "odd"), [(1.0, False), (0.3, True), (3.0, True)])
def test_wrong_logged_probabilities_are_reported(tmp_path: Path, times: float, odd: bool) -> None:
    rows, _ = impressions(np.random.default_rng(1))
    wrong = rows.with_columns((pl.col("propensity") * times).clip(0, 1))
    found = asked(tmp_path, wrong, spec()).findings
    assert any("mean weight" in finding.what for finding in found) is odd


def test_a_log_with_little_exploration_is_refused_and_the_reached_rate_reported(tmp_path: Path) -> None:
    rows, truth = impressions(np.random.default_rng(2), floor=0.0002)
    found = of(asked(tmp_path, rows, spec()), "off-policy")
    assert "an estimate needs an effective sample size" in found.refused
    assert not [figure for figure in found.figures if figure.evidence_class == "off-policy"]
    assert value(found, "as it was reached") == pytest.approx(truth, rel=0.1)


def test_a_policy_with_more_first_positions_shows_no_gain(tmp_path: Path) -> None:
    rows, _ = impressions(np.random.default_rng(3), 60_000, floor=1.0, tilt=0.4)
    found = of(asked(tmp_path, rows, spec(asked="", truth="")), "between policies")
    plain, alike = found.figures
    assert plain.low is not None
    assert plain.low > 0  # the policies show the same, one of them more often at the better place
    assert alike.low is not None
    assert alike.high is not None
    assert alike.low <= 0 <= alike.high


def test_the_rate_is_reported_by_position_for_each_policy(tmp_path: Path) -> None:
    rows, _ = impressions(np.random.default_rng(4))
    record = asked(tmp_path, rows, spec())
    for policy in ("even", "keen"):
        found = of(record, "by position", policy)
        assert value(found, "place 1") > 1.5 * value(found, "place 2")


def test_rows_of_one_unit_widen_the_interval(tmp_path: Path) -> None:
    rows, _ = impressions(np.random.default_rng(5), 3_000)
    again = pl.concat([rows.with_columns(who=pl.int_range(pl.len()))] * 4)
    alone = of(asked(tmp_path, again, spec(asked="", policy="", truth="")), "rate").figures[-1]
    joined = of(asked(tmp_path, again, spec(asked="", policy="", truth="", unit="who")), "rate").figures[-1]
    assert joined.value == pytest.approx(alone.value)
    widths = [(one.high or 0) - (one.low or 0) for one in (alone, joined)]
    assert widths[1] == pytest.approx(2 * widths[0], rel=0.1)  # four copies of a row are one row: the root of four


@pytest.fixture(scope="module")
def real() -> AnalysisRecord:
    case = read_case(CASE)
    (log,) = [one for one in case.logs if one.name == "impressions"]
    return analyse(CASE, log, seed=case.seed)


def test_real_impressions_give_the_reference_values(real: AnalysisRecord) -> None:
    men = of(real, "off-policy", "campaign men")
    assert value(men, "is worth") == pytest.approx(656, abs=1)
    assert value(men, "mean weight") == pytest.approx(0.94, abs=0.005)
    assert value(men, "inverse propensity") == pytest.approx(0.0030, abs=5e-5)
    assert value(men, "self-normalised") == pytest.approx(0.0032, abs=5e-5)
    assert value(men, "as it was reached") == pytest.approx(0.0046, abs=1e-5)
    places = of(real, "by position", "campaign men, policy bts")
    assert [round(figure.value, 4) for figure in places.figures] == [0.009, 0.0064, 0.0053]


def test_the_women_s_log_is_refused(real: AnalysisRecord) -> None:
    women = of(real, "off-policy", "campaign women")
    assert "worth 2.1" in women.refused
    assert value(women, "largest weight") == pytest.approx(21_739, rel=0.01)
    assert value(women, "mean weight") == pytest.approx(3.13, abs=0.01)


def test_a_week_of_impressions_gives_no_season(real: AnalysisRecord) -> None:
    assert "not identifiable" in of(real, "season of a week").refused
    assert "not identifiable" in of(real, "season of a year").refused
