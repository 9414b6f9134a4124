"""Segments: effects are found where they are, corrected for their number, and shrunk by sampling noise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom
from tests.stages.experiment.logs import DELAY, GUARDED, TERMS, Stretch, written

from starcase.comparison.comparison_spec import ComparisonSpec
from starcase.evidence import DecisionLog, Figure, Ledger
from starcase.evidence.records import ReadingRecord, SegmentReading
from starcase.stages.experiment import Experiment, SegmentMembership, plan
from starcase.stages.experiment.metric_totals import ArmMetricTotals
from starcase.stages.experiment.segment_membership import LATER
from starcase.stages.experiment.segments import ExperimentSegments
from starcase.tables.clock import SimulatedClock

SHARE = np.array([0.5])
PARITY = {f"u{place}": "odd" if place % 2 else "even" for place in range(5_000) if place % 5}
NOTHING = Figure(name="nothing", value=0.0, unit="share")


def read(
    rng: np.random.Generator,
    lifts: tuple[float, ...],
    *,
    units: int = 600,
    looks: int = 1,
    terms: ComparisonSpec = TERMS,
) -> ReadingRecord:
    """Read segments of ``units`` each, with a lift of the challenger's error rate per metric, at the last look."""
    each = [ArmMetricTotals(term, "new") for term in terms.each]
    names = [[f"s{number}-u{place}" for place in range(units)] for number in range(len(lifts))]
    of = {name: f"segment {number}" for number, group in enumerate(names) for name in group}
    segments = ExperimentSegments(SegmentMembership("made", of), terms, "simulated")
    record = None
    for part in np.array_split(np.arange(units), looks):
        for number, lift in enumerate(lifts):
            treated = rng.random(part.size) < 0.5
            for known in each:
                wrong = rng.random(part.size) < np.where(treated, 0.2 + lift, 0.2)
                rows = np.column_stack([wrong, np.ones(part.size), treated])
                known.sums.add([names[number][place] for place in part], np.zeros(part.size, dtype=np.int64), rows)
        found, differ = segments.look(each, SHARE, record)
        record = made(found, differ)
    assert record is not None
    return record


def made(found: tuple[SegmentReading, ...], differ: Figure | None) -> ReadingRecord:
    return ReadingRecord(
        experiment="", plan="", arms=(), difference=None, matured=NOTHING, sample_ratio=NOTHING, verdict="hold",
        why="", method="", segments=found, heterogeneity=differ, segmentation="made",
    )  # fmt: skip


def shown(readings: tuple[SegmentReading, ...]) -> list[str]:
    return [one.verdict for one in readings]


def test_only_the_segment_with_an_effect_is_reported() -> None:
    record = read(np.random.default_rng(1), (0.0, 0.25, 0.0, -0.15))
    assert shown(record.segments) == ["no difference shown", "worse", "no difference shown", "better"]
    assert [one.units for one in record.segments] == [600] * 4
    assert record.heterogeneity is not None
    assert record.heterogeneity.value < 0.001


def test_a_shown_difference_is_not_reversed_by_later_looks() -> None:
    """A segment is first much worse, then so much better that the total is better: it is still shown worse."""
    rng, known = np.random.default_rng(12), ArmMetricTotals(TERMS.objective, "new")
    of = {f"{side}{place}": side for side in "ab" for place in range(2_000)}
    segments, record, shown_first = ExperimentSegments(SegmentMembership("made", of), TERMS, "simulated"), None, ""
    for begin, end, lift in ((0, 400, 0.5), (400, 2_000, -0.15)):
        for side in "ab":
            treated = rng.random(end - begin) < 0.5
            wrong = rng.random(end - begin) < 0.2 + treated * lift
            rows = np.column_stack([wrong, np.ones(end - begin), treated])
            known.sums.add([f"{side}{n}" for n in range(begin, end)], np.zeros(end - begin, dtype=np.int64), rows)
        found, differ = segments.look([known], SHARE, record)
        shown_first = shown_first or found[0].verdict
        record = made(found, differ)
    assert record is not None
    assert shown_first == "worse"
    assert all(one.difference.value < 0 for one in record.segments)
    assert "better" not in shown(record.segments)


def test_every_metric_is_read_in_every_segment() -> None:
    record = read(np.random.default_rng(1), (0.0, 0.3), terms=GUARDED)
    assert [(one.metric, one.segment) for one in record.segments] == [
        (metric, segment)
        for metric in ("error_rate", "false_positive_rate")
        for segment in ("segment 0", "segment 1")
    ]  # fmt: skip
    assert shown(record.segments) == ["no difference shown", "worse"] * 2
    alone = read(np.random.default_rng(1), (0.0, 0.3))
    together, by_itself = record.segments[0].difference, alone.segments[0].difference
    assert together.value == by_itself.value
    assert (together.high or 0.0) > (by_itself.high or 0.0)


def test_differences_explained_by_chance_are_shrunk() -> None:
    found = read(np.random.default_rng(2), (0.0,) * 6).segments
    seen = [one.difference.value for one in found]
    believed = [one.shrunk.value for one in found if one.shrunk is not None]
    assert np.std(believed) < np.std(seen) / 2
    assert all(one.shrunk is None for one in read(np.random.default_rng(2), (0.0, 0.1)).segments)


@pytest.mark.simulation
@pytest.mark.parametrize(("terms", "looks"), [(TERMS, 1), (GUARDED, 6)])
def test_false_segment_effects_stay_within_the_error_rate(terms: ComparisonSpec, looks: int) -> None:
    """Any of four segments, in any metric, at any look, is called in at most alpha of the runs.

    So is a difference between segments, and any interval that misses 0. Chance exceeds a bound once in 1,000 tests.
    """
    rng, runs = np.random.default_rng(3), 200
    records = [read(rng, (0.0,) * 4, units=300, looks=looks, terms=terms) for _ in range(runs)]
    most = binom.ppf(0.999, runs, terms.alpha)
    assert sum(any(one.verdict != "no difference shown" for one in record.segments) for record in records) <= most
    assert sum(any(_misses(one.difference) for one in record.segments) for record in records) <= most
    differ = [record.heterogeneity for record in records]
    assert sum(one is not None and one.value < terms.alpha for one in differ) <= most


def _misses(figure: Figure) -> bool:
    return figure.low is not None and figure.high is not None and not figure.low <= 0 <= figure.high


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite", case="toy", clock=SimulatedClock(0), actor="test") as opened:
        yield opened


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DecisionLog]:
    with DecisionLog.open(tmp_path / "decisions.sqlite") as opened:
        yield opened


def test_an_experiment_keeps_segment_differences_of_earlier_looks(ledger: Ledger, log: DecisionLog) -> None:
    end = written(ledger, log, (Stretch(version=1, share=0.5, rows=2_000, errors=(0.2, 0.4)),), seed=4)
    _, planned = plan(
        ledger, log, TERMS, experiment="toy-1", champion="old", challenger="new", version=1, at=0,
        segments=SegmentMembership("parity", PARITY),
    )  # fmt: skip
    looks = Experiment(ledger, log, TERMS, planned, segments=SegmentMembership("parity", PARITY))
    first, last = looks.look(900)[1], looks.look(end + DELAY + 1)[1]
    assert [one.segment for one in last.segments] == ["even", "odd", LATER]
    assert [one.units for one in last.segments] == [800, 800, 400]
    assert all(b.p_value.value <= a.p_value.value for a, b in zip(first.segments, last.segments, strict=True))
    assert set(shown(last.segments)) == {"worse"}
    assert not any(one.exploratory for one in last.segments)
    again = Experiment(ledger, log, TERMS, planned, segments=SegmentMembership("parity", PARITY))
    assert [again.look(at)[1] for at in (900, end + DELAY + 1)] == [first, last]


def test_unplanned_segments_are_exploratory_and_ignore_earlier_looks(ledger: Ledger, log: DecisionLog) -> None:
    end = written(ledger, log, (Stretch(version=1, share=0.5, rows=2_000, errors=(0.2, 0.4)),), seed=4) + DELAY + 1
    _, planned = plan(ledger, log, TERMS, experiment="toy-1", champion="old", challenger="new", version=1, at=0)
    Experiment(ledger, log, TERMS, planned, segments=SegmentMembership("parity", PARITY)).look(end)
    other = {unit: "all" if int(unit[1:]) > 10 else "few" for unit in PARITY}
    divided = SegmentMembership("size", other, exploratory=True)
    read_besides = Experiment(ledger, log, TERMS, planned, segments=divided).read(end)
    assert all(one.exploratory for one in read_besides.segments)
    assert read_besides.segmentation == "size"


def test_segments_are_corrected_for_all_that_were_planned(ledger: Ledger, log: DecisionLog) -> None:
    written(ledger, log, (Stretch(version=1, share=0.5, rows=1_500, errors=(0.2, 0.4)),), seed=4)
    _, planned = plan(ledger, log, TERMS, experiment="toy-1", champion="old", challenger="new", version=1, at=0)
    few = SegmentMembership("few", PARITY)
    many = SegmentMembership("many", PARITY | {f"v{place}": f"empty {place}" for place in range(50)})
    one, other = (Experiment(ledger, log, TERMS, planned, segments=of).read(1_511).segments for of in (few, many))
    assert [s.segment for s in one] == [s.segment for s in other] == ["even", "odd", LATER]
    assert all(b.p_value.value > a.p_value.value for a, b in zip(one[:2], other[:2], strict=True))
