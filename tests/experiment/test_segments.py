"""Segments: found where the effect is, corrected for their number, drawn together by as much as chance explains."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom
from tests.experiment.logs import DELAY, TERMS, Stretch, written

from starcase.case.clock import SimulatedClock
from starcase.evidence import DecisionLog, Ledger
from starcase.evidence.records import SegmentReading
from starcase.experiment import Experiment, plan
from starcase.experiment.outcomes import Known
from starcase.experiment.segments import Segments

SHARE = np.array([0.5])


def read(rng: np.random.Generator, lifts: tuple[float, ...], units: int = 600) -> tuple[SegmentReading, ...]:
    """Segments of ``units`` each whose challenger errs more by a lift, read once."""
    known = Known(TERMS.objective, "new")
    of: dict[str, str] = {}
    for number, lift in enumerate(lifts):
        names = [f"s{number}-u{place}" for place in range(units)]
        treated = rng.random(units) < 0.5
        wrong = rng.random(units) < np.where(treated, 0.2 + lift, 0.2)
        known.sums.add(names, np.zeros(units, dtype=np.int64), np.column_stack([wrong, np.ones(units), treated]))
        of |= dict.fromkeys(names, f"segment {number}")
    return Segments(of=of, evidence_class="simulated").read(TERMS, known, SHARE, ())


def test_the_segment_with_an_effect_is_found_and_the_others_are_left() -> None:
    found = read(np.random.default_rng(1), (0.0, 0.25, 0.0, -0.15))
    assert [one.verdict for one in found] == ["no difference shown", "worse", "no difference shown", "better"]
    assert [one.units for one in found] == [600] * 4


def test_what_chance_explains_is_drawn_together() -> None:
    found = read(np.random.default_rng(2), (0.0,) * 6)
    shown = [one.difference.value for one in found]
    believed = [one.shrunk.value for one in found if one.shrunk is not None]
    assert np.std(believed) < np.std(shown) / 2
    assert all(one.shrunk is None for one in read(np.random.default_rng(2), (0.0, 0.1)))


@pytest.mark.simulation
def test_of_no_effect_no_segment_is_made() -> None:
    """Any of five segments is called in at most alpha of 200 runs; chance exceeds the bound once in 1,000 tests."""
    rng = np.random.default_rng(3)
    called = sum(any(one.verdict != "no difference shown" for one in read(rng, (0.0,) * 5, 300)) for _ in range(200))
    assert called <= binom.ppf(0.999, 200, TERMS.alpha)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite", case="toy", clock=SimulatedClock(0), actor="test") as opened:
        yield opened


def test_an_experiment_reads_its_segments_and_keeps_what_earlier_looks_have_shown(
    ledger: Ledger, tmp_path: Path
) -> None:
    with DecisionLog.open(tmp_path / "decisions.sqlite") as log:
        end = written(ledger, log, (Stretch(version=1, share=0.5, rows=2_000, errors=(0.2, 0.4)),), seed=4)
        _, planned = plan(ledger, log, TERMS, experiment="toy-1", champion="old", challenger="new", version=1, at=0)
        of = {f"u{place}": "odd" if place % 2 else "even" for place in range(0, end, 1) if place % 5}
        looks = Experiment(ledger, log, TERMS, planned, segments=of)
        first, last = looks.look(900)[1], looks.look(end + DELAY + 1)[1]
        assert [one.segment for one in last.segments] == ["even", "odd"]
        assert sum(one.units for one in last.segments) == sum(1 for place in range(end) if place % 5)
        assert all(b.p_value.value <= a.p_value.value for a, b in zip(first.segments, last.segments, strict=True))
        assert {one.verdict for one in last.segments} == {"worse"}
