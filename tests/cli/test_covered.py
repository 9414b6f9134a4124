"""Below a verdict: what its intervals cover, and in how many folds the recommended candidate was better."""

from __future__ import annotations

from dataclasses import replace

from starcase.cli.contest_table import describe_coverage
from starcase.compute.executor import InProcess
from starcase.contract.case_spec import ContestSpec
from starcase.evidence.records import ContestRecord
from starcase.stages.contest import run
from starcase.testing import ToySystem, toy_case


def held(**contest: object) -> ContestRecord:
    case, system = replace(toy_case(), contest=ContestSpec(trials=1, **contest)), ToySystem()  # type: ignore[arg-type]
    return run(case, system, system.load(case), list(system.candidates(case)), InProcess()).record


def test_uncovered_variation_is_named_with_the_setting_that_covers_it() -> None:
    covers, ahead = describe_coverage(held())
    assert covers.startswith("intervals: this fitted model against that one")
    assert "`seeds = 5` for variation between training seeds" in covers
    assert "`over_time = true` for variation over time" in covers
    assert ahead == "ahead: strong was better than weak in 3 of 3 folds and constant in 3 of 3 folds"


def test_covered_variation_names_no_setting() -> None:
    assert "under [contest]" not in describe_coverage(held(over_time=True))[0]
    assert "`seeds" not in describe_coverage(held(seeds=2))[0]


def test_ahead_counts_folds_if_lower_is_better_and_is_omitted_for_older_records() -> None:
    record = held()
    assert {one.against: one.folds for one in record.ahead} == {"weak": 3, "constant": 3}
    assert len(describe_coverage(replace(record, ahead=()))) == 1
