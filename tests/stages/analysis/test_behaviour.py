"""Segments are large and stable, leaks flagged, differing codes are errors, sizes estimated, bad logs refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.stages.analysis.logs import asked, impressions, of, spec, value

from starcase.casefile.toml import read_case
from starcase.contract.log_spec import LogSpec
from starcase.errors import CaseFileError, DataError
from starcase.evidence.records import AnalysisRecord
from starcase.inference import FixedTest, ProportionNoise
from starcase.stages.analysis import analyse

CASE = Path(__file__).parents[3] / "cases" / "clickthrough-strategy"
PLAIN = {"policy": "", "position": "", "action": "", "propensity": "", "asked": "", "truth": ""}


def visits(rng: np.random.Generator, n: int = 4_000) -> pl.DataFrame:
    """Two kinds of visitors; those who stay long buy more. ``value`` is computed from the purchase, ``luck`` is not."""
    long = rng.random(n) < 0.3
    seconds = rng.lognormal(np.where(long, 6.5, 3.0), 0.4)
    pages = 1 + rng.poisson(np.where(long, 30, 3))
    bought = rng.random(n) < np.where(long, 0.3, 0.1)
    return pl.DataFrame(
        {
            "click": bought, "seconds": seconds, "pages": pages, "value": bought * rng.lognormal(3, 1, n),
            "luck": rng.normal(size=n), "month": rng.choice(["May", "Nov"], n), "code": rng.choice(["a", "b"], n),
        }
    )  # fmt: skip


def test_segments_are_found_named_by_their_medians_and_corrected(tmp_path: Path) -> None:
    rows = visits(np.random.default_rng(1))
    found = of(asked(tmp_path, rows, spec(**PLAIN, behaviour=("seconds", "pages"))), "segments")
    assert found.figures[0].value >= 0.8
    names = {figure.name.partition(":")[0] for figure in found.figures[1:]}
    assert len(names) >= 2
    assert all("seconds" in name and "pages" in name for name in names)
    assert min(figure.value for figure in found.figures if "share of the units" in figure.name) >= 0.05
    rates = [figure.value for figure in found.figures if figure.name.endswith(": click")]
    assert max(rates) == pytest.approx(0.3, abs=0.05)
    assert min(figure.value for figure in found.figures if "p, corrected" in figure.name) < 1e-6
    assert "not of persons" in found.said


def test_identical_users_form_no_segments(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    rows = pl.DataFrame({"click": rng.random(600) < 0.2, "a": rng.lognormal(size=600), "b": rng.lognormal(size=600)})
    found = of(asked(tmp_path, rows, spec(**PLAIN, behaviour=("a", "b"), agreement=0.97)), "segments")
    assert "no segments that are large enough and stable" in found.refused


def test_false_segment_differences_occur_in_at_most_one_of_twenty_logs(tmp_path: Path) -> None:
    """Holm over segments: the chance of any false difference; 40 logs, three standard errors allowed."""
    runs, wrong = 40, 0
    for run in range(runs):
        rng = np.random.default_rng(run)
        rows = visits(rng, 300).with_columns(click=pl.Series(rng.random(300) < 0.2))
        found = of(asked(tmp_path, rows, spec(**PLAIN, behaviour=("seconds", "pages"))), "segments")
        wrong += any(figure.value < 0.05 for figure in found.figures if "p, corrected" in figure.name)
    assert wrong / runs <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5


def test_dwell_is_reported_with_and_without_the_outcome(tmp_path: Path) -> None:
    rows = visits(np.random.default_rng(3))
    found = of(asked(tmp_path, rows, spec(**PLAIN, behaviour=("seconds",))), "by seconds")
    assert value(found, "median, with click") > value(found, "median, without click")
    assert "without randomisation" in found.said


def test_a_feature_computed_from_the_outcome_is_flagged_and_left_out(tmp_path: Path) -> None:
    rows = visits(np.random.default_rng(4))
    record = asked(tmp_path, rows, spec(**PLAIN, features=("seconds", "pages", "luck", "value")))
    (finding,) = record.findings
    assert "value" in finding.where
    assert finding.severity == "warning"
    found = of(record, "features")
    assert value(found, "all features") > 0.98
    assert value(found, "without value") < 0.5
    honest = asked(tmp_path, rows, spec(**PLAIN, features=("seconds", "pages", "luck")))
    assert honest.findings == ()


@pytest.mark.parametrize(("shared", "severity"), [(0.0, "error"), (0.3, "warning"), (1.0, "")])
def test_codes_that_differ_between_policies_are_an_error(tmp_path: Path, shared: float, severity: str) -> None:
    """As with the hashed features of two item tables in the Open Bandit data: no value agrees."""
    rng = np.random.default_rng(5)
    rows, _ = impressions(rng, 2_000)
    agrees, base = rng.random(len(rows)) < shared, rng.integers(5, size=len(rows))
    codes = [f"k{b}" if one else f"{policy}{b}" for one, policy, b in zip(agrees, rows["policy"], base, strict=True)]
    record = asked(tmp_path, rows.with_columns(hash=pl.Series(codes)), spec(asked="", truth="", features=("hash",)))
    assert [finding.severity for finding in record.findings] == ([severity] if severity else [])


def test_a_month_name_gives_no_season(tmp_path: Path) -> None:
    record = asked(tmp_path, visits(np.random.default_rng(6)), spec(**PLAIN, time="month"))
    assert "not identifiable: month holds no dates" in of(record, "season of a year").refused


def test_two_years_of_days_give_weekly_seasonality(tmp_path: Path) -> None:
    days = pl.DataFrame({"click": [day % 2 == 0 for day in range(800)]}).with_columns(
        at=pl.datetime(2023, 1, 2) + pl.duration(days=pl.int_range(800))
    )
    record = asked(tmp_path, days, spec(**PLAIN, time="at"))
    assert [round(one.value, 3) for one in of(record, "season of a week").figures] == [0.143] * 7
    assert of(record, "season of a year").figures


@pytest.mark.parametrize("form", ["%m/%d/%Y", "%Y-%m-%d %H:%M"])
def test_days_of_a_csv_are_parsed(tmp_path: Path, form: str) -> None:
    days = pl.DataFrame({"click": [int(day % 7 == 0) for day in range(800)]}).with_columns(
        at=pl.datetime(2023, 1, 2) + pl.duration(days=pl.int_range(800))
    )
    whole = asked(tmp_path, days, spec(**PLAIN, time="at"))
    days.with_columns(pl.col("at").dt.strftime(form)).write_csv(tmp_path / "days.csv")
    again = analyse(tmp_path, spec(**PLAIN, time="at", path="days.csv"), seed=3)
    assert of(again, "season of a week") == of(whole, "season of a week")
    days[:5].with_columns(pl.lit("3/4/2024").alias("at")).write_csv(tmp_path / "days.csv")
    with pytest.raises(DataError, match="its day or its month first"):
        analyse(tmp_path, spec(**PLAIN, time="at", path="days.csv"), seed=3)


def test_the_estimated_size_equals_that_of_the_test(tmp_path: Path) -> None:
    rows = visits(np.random.default_rng(7))
    found = of(asked(tmp_path, rows, spec(**PLAIN, lifts=(0.15,))), "size")
    base = float(rows["click"].mean())  # type: ignore[arg-type]
    test = FixedTest(noise=ProportionNoise(base))
    units = found.figures[0].value
    assert test.power(2 * units, 0.15 * base) >= 0.8
    assert test.power(2 * (units - 2), 0.15 * base) < 0.8


def test_column_values_are_compared_with_correction_for_all_columns(tmp_path: Path) -> None:
    rows = visits(np.random.default_rng(8))
    record = asked(tmp_path, rows, spec(**PLAIN, by=("month", "code")))
    for column in ("month", "code"):
        assert value(of(record, f"by {column}"), "p, corrected") > 0.01


@pytest.mark.parametrize(
    ("column", "wrong", "said"),
    [
        ("click", 0.5, "an outcome must be 0 or 1"),
        ("propensity", 0.0, "a probability must be"),
        ("propensity", 1.5, "a probability must be"),
        ("dwell", -1.0, "number of at least 0"),
    ],
)
def test_an_invalid_row_is_reported(tmp_path: Path, column: str, wrong: float, said: str) -> None:
    rows, _ = impressions(np.random.default_rng(9), 100)
    rows = rows.with_columns(pl.col("click").cast(pl.Float64), dwell=pl.lit(1.0))
    values = rows[column].to_list()
    values[6] = wrong
    bad = rows.with_columns(pl.Series(column, values))
    with pytest.raises(DataError, match=said) as error:
        asked(tmp_path, bad, spec(behaviour=("dwell",)))
    assert "row 7" in error.value.where


def test_a_missing_column_names_the_nearest(tmp_path: Path) -> None:
    rows, _ = impressions(np.random.default_rng(9), 100)
    with pytest.raises(DataError, match="the nearest is 'click'"):
        asked(tmp_path, rows, spec(outcome="clicks"))
    with pytest.raises(DataError, match="no such file"):
        analyse(tmp_path, spec(path="nowhere.csv"), seed=0)
    with pytest.raises(DataError, match="the log is empty"):
        asked(tmp_path, rows[:0], spec())


def test_off_policy_estimates_need_their_columns() -> None:
    with pytest.raises(CaseFileError, match="`asked` needs `propensity`"):
        LogSpec(name="a", path="a.csv", outcome="click", policy="p", action="i", asked="uniform")
    with pytest.raises(CaseFileError, match="cannot be a name"):
        replace(spec(), name="a b")


@pytest.fixture(scope="module")
def real() -> AnalysisRecord:
    case = read_case(CASE)
    (log,) = [one for one in case.logs if one.name == "sessions"]
    return analyse(CASE, log, seed=case.seed)


def test_page_values_are_flagged_and_the_figure_without_them_is_reported(real: AnalysisRecord) -> None:
    assert [finding.where.rpartition(" ")[2] for finding in real.findings] == ["PageValues"]
    found = of(real, "features")
    assert value(found, "all features") - value(found, "without PageValues") > 0.2


def test_ten_months_without_days_give_no_season(real: AnalysisRecord) -> None:
    assert "not identifiable" in of(real, "season of a year").refused


def test_csv_and_parquet_give_the_same_result(tmp_path: Path) -> None:
    rows, _ = impressions(np.random.default_rng(10), 2_000)
    whole = asked(tmp_path, rows, spec())
    rows.write_csv(tmp_path / "shown.csv")
    again = analyse(tmp_path, spec(path="shown.csv"), seed=3)
    assert of(again, "off-policy") == of(whole, "off-policy")
