"""Under a verdict stands what its intervals cover, and how steady the advantage was."""

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


def test_what_is_not_covered_is_named_with_its_mend() -> None:
    covers, ahead = describe_coverage(held())
    assert covers.startswith("intervals: this fitted model against that one")
    assert "`seeds = 5` for the luck of training" in covers
    assert "`over_time = true` for another moment" in covers
    assert ahead == "ahead: strong reached more than weak in 3 of 3 folds and constant in 3 of 3 folds"


def test_what_is_covered_needs_no_mend() -> None:
    assert "under [contest]" not in describe_coverage(held(over_time=True))[0]
    assert "`seeds" not in describe_coverage(held(seeds=2))[0]


def test_lower_can_be_ahead_and_an_older_record_counts_no_folds() -> None:
    record = held()
    assert {one.against: one.folds for one in record.ahead} == {"weak": 3, "constant": 3}
    assert len(describe_coverage(replace(record, ahead=()))) == 1
