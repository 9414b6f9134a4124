"""The benchmark of the inference engine: bounds equal to the literature, and goals."""

from __future__ import annotations

import json

import pytest
from benchmarks.inference import __main__ as command
from benchmarks.inference.canary import FAULTS, latency_bound
from benchmarks.inference.healthy import canary_false_rollbacks
from benchmarks.inference.looks import at_planned_size
from benchmarks.inference.measure import Measure
from benchmarks.inference.speed import data, moments


def test_bounds_agree_with_information_theory() -> None:
    """ln(100) over the Kullback-Leibler divergence a canary request, computed by hand to three digits."""
    errors, positives = FAULTS
    assert (errors.bound, errors.known_bound) == pytest.approx((376, 327), rel=0.002)
    assert (positives.bound, positives.known_bound) == pytest.approx((1273, 1177), rel=0.002)
    assert latency_bound(0.05, 0.5) == pytest.approx(73.3, rel=0.01)


@pytest.mark.parametrize(("sense", "met"), [("<=", True), (">=", True), ("<", False), (">", False)])
def test_a_goal_may_be_reached_exactly(sense: str, met: bool) -> None:
    measure = Measure(name="m", value=1.0, sense=sense, goal=1.0, what="w", parts={"a": 2.0})  # type: ignore[arg-type]
    assert measure.met is met
    assert json.loads(json.dumps(measure.plain()))["parts"] == {"a": 2.0}


def test_every_measure_can_be_asked_for_by_name() -> None:
    for name, (measures, part) in command.PARTS.items():
        assert list(command.chosen(name)) == [part]
        for measure in measures:
            assert list(command.chosen(measure)) == [part]
    assert len(list(command.chosen(None))) == len(command.PARTS)
    with pytest.raises(SystemExit, match="there is no measure"):
        list(command.chosen("nothing"))


def test_a_few_runs_give_every_figure() -> None:
    names = [measure.name for measure in (*at_planned_size(4), canary_false_rollbacks(1))]
    assert names == [
        "power_at_planned_n",
        "asn_over_fixed",
        "asn_over_fixed_cuped",
        "asn_over_fixed_futility",
        "canary_false_rollbacks",
    ]
    assert [arm.names for arm in moments(data(100, 1))] == [("orders", "sessions", "revenue", "before")] * 2
