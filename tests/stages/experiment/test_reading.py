"""A reading equals direct counts, at any time and any frequency of looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from tests.stages.experiment.logs import DELAY, GUARDED, TERMS, Stretch, written

from starcase.comparison.comparison_spec import ComparisonSpec
from starcase.errors import LedgerConflict
from starcase.evidence import DecisionLog, Ledger, Outcome
from starcase.evidence.records import PlanRecord, ReadingRecord
from starcase.stages.experiment import Experiment, plan
from starcase.tables.clock import SimulatedClock

EVEN = (Stretch(version=1, share=0.5, rows=2_000),)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite", case="toy", clock=SimulatedClock(0), actor="test") as opened:
        yield opened


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DecisionLog]:
    with DecisionLog.open(tmp_path / "decisions.sqlite") as opened:
        yield opened


def planned(ledger: Ledger, log: DecisionLog, terms: ComparisonSpec) -> PlanRecord:
    _, record = plan(ledger, log, terms, experiment="toy-1", champion="old", challenger="new", version=1, at=0)
    return record


def experiment(ledger: Ledger, log: DecisionLog, terms: ComparisonSpec = TERMS) -> Experiment:
    return Experiment(ledger, log, terms, planned(ledger, log, terms))


def value(record: ReadingRecord, name: str) -> float:
    return next(figure.value for figure in record.figures if figure.name == name)


def test_a_reading_equals_direct_counts(ledger: Ledger, log: DecisionLog) -> None:
    end = written(ledger, log, EVEN, seed=1) + DELAY + 1
    _, record = experiment(ledger, log).look(end)
    table = log.table(known_by=end, outcome="bad")
    wrong = (table["action"] == "block").cast(float) - table["outcome"]
    rates = [float(wrong.abs().filter(table["arm"] == arm).to_numpy().mean()) for arm in ("old", "new")]
    seen = record.metrics[0]
    assert [seen.champion.value, seen.challenger.value] == pytest.approx(rates)
    assert seen.difference.value == pytest.approx(rates[1] - rates[0])
    old, new = record.arms
    assert (old.arm, new.arm) == ("old", "new")
    assert old.units + new.units == old.decisions + new.decisions == old.known + new.known == 2_000
    assert new.figures[0].value == pytest.approx(rates[1])
    assert record.matured.value == 1.0


def test_frequent_readings_equal_a_single_reading(ledger: Ledger, log: DecisionLog) -> None:
    written(ledger, log, EVEN, seed=2, units=300)
    often, once = experiment(ledger, log), experiment(ledger, log)
    for at in range(50, 2_000, 130):
        last = often.read(at)
    assert last == once.read(at)


def test_intervals_narrow_and_continue_after_a_restart(ledger: Ledger, log: DecisionLog) -> None:
    written(ledger, log, EVEN, seed=3)
    looks = experiment(ledger, log)
    seen = [looks.look(at)[1] for at in range(200, 2_000, 200)]
    lows = [record.metrics[0].difference.low or 0.0 for record in seen]
    assert lows == sorted(lows)
    assert [experiment(ledger, log).look(at)[1] for at in range(200, 2_000, 200)] == seen
    assert len(ledger.of(ReadingRecord)) == len(seen)


def test_a_reading_without_units_or_outcomes_holds(ledger: Ledger, log: DecisionLog) -> None:
    looks = experiment(ledger, log)
    assert (looks.look(0)[1].verdict, looks.look(0)[1].arms[1].units) == ("hold", 0)
    written(ledger, log, EVEN, seed=4)
    record = looks.look(DELAY)[1]
    assert record.verdict == "hold"
    assert record.difference is None
    assert value(record, "decisions not matured yet") == DELAY


def test_immature_unknown_and_premature_outcomes_are_ignored(ledger: Ledger, log: DecisionLog) -> None:
    written(ledger, log, (Stretch(version=1, share=0.5, rows=100),), seed=5)
    log.outcomes([Outcome("t3", "bad", 1.0, 2), Outcome("t4", "bad", 0.0, 4 + DELAY + 1)])
    record = experiment(ledger, log).look(60)[1]
    assert record.arms[0].known + record.arms[1].known == 60 - DELAY
    assert value(record, "decisions not matured yet") == DELAY
    assert value(record, "matured decisions whose outcome is not known") == 0


def test_a_worse_and_a_better_challenger_are_reported(ledger: Ledger, log: DecisionLog, tmp_path: Path) -> None:
    end = written(ledger, log, (Stretch(version=1, share=0.5, rows=2_000, errors=(0.2, 0.45)),), seed=6) + DELAY + 1
    assert experiment(ledger, log).look(end)[1].verdict == "worse"
    (tmp_path / "other").mkdir()
    other = Ledger.open(tmp_path / "other" / "l.sqlite", case="toy", clock=SimulatedClock(0), actor="test")
    with other, DecisionLog.open(tmp_path / "other" / "d.sqlite") as its_log:
        written(other, its_log, (Stretch(version=1, share=0.5, rows=2_000, errors=(0.45, 0.2)),), seed=6)
        record = experiment(other, its_log).look(end)[1]
        assert record.verdict == "better"
        assert "error_rate shown better than the champion's" in record.why


def test_an_open_guardrail_holds_and_a_broken_one_is_harm(ledger: Ledger, log: DecisionLog) -> None:
    wrongs = Stretch(version=1, share=0.5, rows=3_000, errors=(0.3, 0.02), bad=0.02)
    written(ledger, log, (wrongs,), seed=7)
    strict = replace(GUARDED, guardrails=(replace(GUARDED.guardrails[0], margin=0.0),))
    record = experiment(ledger, log, strict).look(120)[1]
    assert record.verdict == "hold"
    record = experiment(ledger, log, strict).look(3_011)[1]
    assert [one.metric for one in record.metrics] == ["error_rate", "false_positive_rate"]
    assert record.verdict == "better"
    assert record.metrics[0].difference.level == pytest.approx(1 - 0.05 / 2)


def test_a_sample_ratio_mismatch_blocks_the_verdict(ledger: Ledger, log: DecisionLog) -> None:
    end = written(ledger, log, (Stretch(version=1, share=0.5, rows=3_000, errors=(0.5, 0.1)),), seed=9, lose=0.3)
    record = experiment(ledger, log).look(end + DELAY + 1)[1]
    assert record.verdict == "blocked"
    assert record.sample_ratio.value < 0.001
    assert "receive units in their assigned shares" in record.why


def test_a_ramp_under_a_trend_shows_no_effect(ledger: Ledger, log: DecisionLog) -> None:
    ramp = (
        Stretch(version=1, share=0.05, rows=2_000, errors=(0.05, 0.05)),
        Stretch(version=2, share=0.25, rows=2_000, errors=(0.2, 0.2)),
        Stretch(version=3, share=0.5, rows=2_000, errors=(0.4, 0.4)),
    )
    end = written(ledger, log, ramp, seed=10, units=500) + DELAY + 1
    record = experiment(ledger, log).look(end)[1]
    seen = record.metrics[0]
    assert abs(seen.difference.value) < 0.04
    assert seen.challenger.value - seen.champion.value > 0.08
    assert record.sample_ratio.value > 0.001
    assert value(record, "units that met both arms out of turn") == 0
    assert record.arms[0].units + record.arms[1].units > 500


def test_units_in_both_arms_out_of_turn_are_counted(ledger: Ledger, log: DecisionLog) -> None:
    written(ledger, log, (Stretch(version=1, share=0.5, rows=200),), seed=11, units=20)
    first = log.read(limit=1)[0]
    other = "old" if first.arm == "new" else "new"
    log.append([msgspec.structs.replace(first, id=f"t{at}", at=at, arm=other) for at in (200, 201)])
    record = experiment(ledger, log).look(300)[1]
    assert value(record, "units that met both arms out of turn") == 1


def test_a_recorded_plan_cannot_be_changed(ledger: Ledger, log: DecisionLog) -> None:
    first = planned(ledger, log, TERMS)
    assert planned(ledger, log, TERMS) == first
    assert first.expected is None
    assert first.planned.value == pytest.approx(0.05 / TERMS.design.drift)
    with pytest.raises(LedgerConflict):
        planned(ledger, log, replace(TERMS, objective=replace(TERMS.objective, margin=0.06)))
    written(ledger, log, EVEN, seed=12)
    assert experiment(ledger, log).look(500)[1].plan == first.sha256


def test_the_plan_estimates_the_size_from_the_champions_history(ledger: Ledger, log: DecisionLog) -> None:
    end = written(ledger, log, EVEN, seed=13)
    _, record = plan(
        ledger, log, TERMS, experiment="next", champion="old", challenger="newer", version=2, at=end + DELAY + 1
    )
    assert record.expected is not None
    spread = 0.2 * 0.8
    assert record.expected.value == pytest.approx(4 * spread / record.planned.value**2, rel=0.1)
