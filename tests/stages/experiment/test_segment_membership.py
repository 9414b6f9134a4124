"""Segment membership is fixed with the plan: stored, hashed, and never assigned again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stages.experiment.logs import DELAY, TERMS, Stretch, written

from starcase.errors import DataError, LedgerConflict
from starcase.evidence import DecisionLog, Ledger
from starcase.stages.experiment import SegmentMembership, SegmentMembershipStore, plan
from starcase.tables.clock import SimulatedClock

OF = {"u1": "paying", "u2": "free", "u3": "free"}


class Telling:
    """A segmentation that gives another answer at each call."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def __call__(self, name: str, until: int) -> Mapping[str, str]:
        self.asked.append((name, until))
        return OF | {f"u{len(self.asked)}": "moved"}


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1), min_size=2), st.randoms())
def test_the_hash_depends_only_on_units_and_segments(of: dict[str, str], chance: object) -> None:
    shuffled = list(of.items())
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert SegmentMembership("a", of).sha256 == SegmentMembership("b", dict(shuffled)).sha256
    unit = next(iter(of))
    assert SegmentMembership("a", of).sha256 != SegmentMembership("a", of | {unit: of[unit] + "!"}).sha256
    assert sum(SegmentMembership("a", of).sizes.values()) == len(of)


def test_a_plan_freezes_its_segments(tmp_path: Path) -> None:
    told = Telling()
    kept = SegmentMembershipStore(tmp_path / "segments", "plan", told)
    frozen = kept.freeze(7)
    assert frozen is not None
    assert told.asked == [("plan", 7)]
    ledger = Ledger.open(tmp_path / "ledger.sqlite", case="toy", clock=SimulatedClock(0), actor="test")
    with ledger, DecisionLog.open(tmp_path / "decisions.sqlite") as log:
        asked = {"experiment": "toy-1", "champion": "old", "challenger": "new", "version": 1, "at": 7}
        entry, planned = plan(ledger, log, TERMS, segments=frozen, **asked)  # type: ignore[arg-type]
        assert (planned.segmentation, planned.assignment) == ("plan", frozen.sha256)
        assert [(one.segment, one.units) for one in planned.segments] == [
            ("free", 2), ("moved", 1), ("came after the plan", 0),
        ]  # fmt: skip
        assert kept.select(planned, 7) == frozen
        assert len(told.asked) == 1
        again = plan(ledger, log, TERMS, segments=None, **asked)  # type: ignore[arg-type]
        assert again == (entry, planned)
        with pytest.raises(LedgerConflict, match="planned with other terms"):
            plan(ledger, log, replace(TERMS, alpha=0.01), segments=None, **asked)  # type: ignore[arg-type]


def test_a_plan_without_segments_keeps_its_hash_and_is_read_by_exploratory_segments(tmp_path: Path) -> None:
    told = Telling()
    ledger = Ledger.open(tmp_path / "ledger.sqlite", case="toy", clock=SimulatedClock(0), actor="test")
    with ledger, DecisionLog.open(tmp_path / "decisions.sqlite") as log:
        _, planned = plan(ledger, log, TERMS, experiment="toy-1", champion="old", challenger="new", version=1, at=7)
    assert planned.segments == ()
    assert SegmentMembershipStore(tmp_path, "", told).select(planned, 7) is None
    found = SegmentMembershipStore(tmp_path, "regions", told).select(planned, 7)
    assert found is not None
    assert (found.exploratory, found.segmentation, told.asked) == (True, "regions", [("regions", 7)])


@pytest.mark.parametrize("harm", ["gone", "other", "damaged"])
def test_changed_segment_files_are_refused(tmp_path: Path, harm: str) -> None:
    kept = SegmentMembershipStore(tmp_path / "segments", "plan", Telling())
    frozen = kept.freeze(7)
    assert frozen is not None
    ledger = Ledger.open(tmp_path / "ledger.sqlite", case="toy", clock=SimulatedClock(0), actor="test")
    with ledger, DecisionLog.open(tmp_path / "decisions.sqlite") as log:
        _, planned = plan(
            ledger, log, TERMS, experiment="toy-1", champion="old", challenger="new", version=1, at=7, segments=frozen
        )
    file = tmp_path / "segments" / f"{frozen.sha256}.parquet"
    if harm == "gone":
        file.unlink()
    elif harm == "damaged":
        file.write_bytes(file.read_bytes()[:40])
    else:
        pl.DataFrame({"unit": ["u1"], "segment": ["free"]}).write_parquet(file)
    with pytest.raises(DataError, match=r"frozen segments of .* cannot be read"):
        kept.select(planned, 7)


def test_the_name_for_later_units_is_reserved(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="came after the plan"):
        SegmentMembershipStore(tmp_path, "plan", lambda *_: {"u1": "came after the plan"}).draft(0)


def test_the_plan_estimates_the_size_of_each_segment(tmp_path: Path) -> None:
    """One segment has three times the error rate of the other: it needs more units, in the ratio of the variances."""
    of = {f"u{place}": "odd" if place % 2 else "even" for place in range(4_000)}
    ledger = Ledger.open(tmp_path / "ledger.sqlite", case="toy", clock=SimulatedClock(0), actor="test")
    with ledger, DecisionLog.open(tmp_path / "decisions.sqlite") as log:
        end = written(ledger, log, (Stretch(version=1, share=0.5, rows=4_000),), seed=13)
        _, record = plan(
            ledger, log, TERMS, experiment="next", champion="old", challenger="newer", version=2, at=end + DELAY + 1,
            segments=SegmentMembership("parity", of),
        )  # fmt: skip
    even, odd, later = record.segments
    assert (even.units, odd.units, later.units) == (2_000, 2_000, 0)
    assert later.expected is later.detectable is None
    for one in (even, odd):
        assert record.expected is not None
        assert one.expected is not None
        assert one.detectable is not None
        assert one.expected.value > record.expected.value
        missing = one.expected.value / (record.expected.value / 2)
        assert one.detectable.value == pytest.approx(TERMS.effect * missing**0.5, rel=1e-3)
