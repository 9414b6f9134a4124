from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.casefile.cases import cases

from starcase.casefile.toml import parse_case, read_case, resolve_case, write_case
from starcase.contract.case_spec import Case, StepSpec
from starcase.errors import CaseFileError

GOOD = """\
# what this is about
[case]
name = "cards"
title = "Card fraud"
system = "fraud"
incumbent = "logistic"

[data]
path = "tx.csv"
time = "time"
target = "fraud"

[objective]
metric = "average_precision"

[[guardrails]]
metric = "alerts"
margin = 1

[[candidates]]
name = "forest"
parameters = { trees = 100 }

[rollout]
steps = [
    0.05,
    1.0,
]
"""


def refused(text: str) -> CaseFileError:
    with pytest.raises(CaseFileError) as caught:
        parse_case(text, Path("here/case.toml"))
    return caught.value


@given(cases)
@settings(max_examples=60)
def test_a_written_case_reads_back_as_the_same_case(case: Case) -> None:
    assert parse_case(write_case(case), Path("case.toml")) == case
    assert parse_case(resolve_case(case), Path("case.toml")) == case


def test_a_case_read_from_a_file_has_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(GOOD)
    case = read_case(tmp_path)
    assert case == read_case(tmp_path / "case.toml")
    assert case.folder == str(tmp_path)
    assert case.guardrails[0].margin == 1.0
    assert case.candidates[0].parameters == {"trees": 100}


def test_the_resolved_case_writes_out_every_default() -> None:
    table = tomllib.loads(resolve_case(parse_case(GOOD, Path("case.toml"))))
    assert table["contest"]["folds"] == 3
    assert table["rollout"]["alpha"] == 0.05
    assert table["case"]["seed"] == 0


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('target = "fraud"', 'target = "fraud"\ntimes = "t"', 12, ["unknown key `times`", "`time`"]),
        ("[objective]", "[objectives]", 13, ["unknown key `objectives`", "`objective`"]),
        ('target = "fraud"', "target = 3", 11, ["`data.target` is the number 3", "text in quotes"]),
        ("margin = 1", 'margin = "1"', 18, ["`guardrails[0].margin` is the text '1'", "a number"]),
        ("margin = 1", "margin = true", 18, ["is true", "a number"]),
        ("margin = 1", "margin = -1", 18, ["`margin` is -1", "at least 0"]),
        ("trees = 100", "trees = 2001-01-01", 22, ["candidates[0].parameters.trees", "date or time"]),
        ("parameters = { trees = 100 }", "trees = 100", 22, ["unknown key `trees`", "`parameters.trees`"]),
        ("    1.0,", '    "1",', 27, ["`rollout.steps[1]` is the text '1'", "a number"]),
        ("    1.0,", "    1.5,", 25, ["shares of units"]),
        ('target = "fraud"\n', "", 8, ["`data.target` is missing", "`target = ...`"]),
        ('[objective]\nmetric = "average_precision"', "", 1, ["`objective` is missing", "[objective]"]),
        ('name = "cards"', 'name = "my cards"', 3, ["cannot be a name"]),
        ('name = "cards"', 'name = "cards"\nseed = -1', 4, ["`seed` is -1"]),
        ('name = "forest"', 'name = "a"\n[[candidates]]\nname = "a"', 20, ["'a' occurs twice under `candidates`"]),
        ("[rollout]", '[rollout]\nminimum_duration = "2 hours"', 25, ["'2 hours' is not a length of time", '"2h"']),
        ("[rollout]", "[rollout]\nalpha = nan", 25, ["`alpha` is nan"]),
        ("[rollout]", "rollout]", 24, ["is not TOML"]),
        ("steps = [", "steps = [[", 28, ["is not TOML"]),
        ("    1.0,", "    { share = 0.9, cohort = {} },", 27, ["unknown key `cohort`", "`cohorts`"]),
        ("    1.0,", "    { share = 0.01 },", 25, ["step 2", "wider than the one before"]),
        ("    1.0,", "    { share = 0.01, cohorts = { shop = [1] } },", 25, ["step 2", "or of other cohorts"]),
        ("    1.0,", "    { share = 1, cohorts = { shop = [] } },", 27, ["`shop` has no value"]),
        ("    1.0,", "    { share = 2 },", 27, ["`share` is 2", "at most 1"]),
        ("[objective]", "options = 1\n[objective]", 13, ["unknown key `options`", "known here"]),
        ("[[guardrails]]", "[guardrails]", 16, ["`guardrails` is a table", "[[guardrails]]"]),
    ],
)
def test_an_error_names_the_line_and_the_expected_value(old: str, new: str, line: int, words: list[str]) -> None:
    assert old in GOOD
    error = refused(GOOD.replace(old, new, 1))
    assert error.where == f"here/case.toml:{line}", str(error)
    for word in words:
        assert word in str(error)


def test_rollout_steps_may_be_tables_with_cohorts() -> None:
    text = (
        GOOD[: GOOD.index("[rollout]")]
        + """
[[rollout.steps]]
share = 0.1
cohorts = { platform = ["web"], shop = [3, 7] }
minimum_decisions = 300
minimum_duration = "2d"

[[rollout.steps]]
share = 1
"""
    )
    first, last = parse_case(text, Path("case.toml")).rollout.each_step
    assert first.cohorts == {"platform": ("web",), "shop": (3, 7)}
    assert (first.minimum_decisions, first.minimum_duration) == (300, "2d")
    assert last == StepSpec(share=1.0)


def test_the_error_for_a_missing_case_names_starcase_new(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="starcase new"):
        read_case(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_bytes("título".encode("utf-16"))
    with pytest.raises(CaseFileError, match="cannot be read"):
        read_case(tmp_path)
