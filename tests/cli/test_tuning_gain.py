from __future__ import annotations

from dataclasses import replace
from typing import Literal

from tests.cli.test_lift import compared, record

from starcase.cli.tuning_gain import describe_tuning_loss
from starcase.evidence import Figure
from starcase.evidence.records import TuningGain


def line(tuned: float, default: float, verdict: Literal["better", "worse", "no difference shown"]) -> str:
    contest = record()
    value = Figure(name="ndcg", value=tuned, unit="share")
    apart = Figure(name="ndcg", value=tuned - default, unit="share", low=tuned - default - 0.01, high=0.004, level=0.95)
    before = TuningGain(
        figure=replace(value, value=default), comparison=replace(compared(verdict), difference=apart, adjusted=None)
    )
    return describe_tuning_loss(contest, replace(contest.standings[0], figures=(value,), untuned=before))


def test_a_tuned_model_worse_than_its_default_gets_a_line() -> None:
    told = line(0.222, 0.272, "worse")
    assert told == "tuned is worse than its default: 22.2 % against 27.2 %, -5.0 points [-6.0, +0.4]"


def test_a_difference_that_is_not_shown_is_not_called_worse() -> None:
    told = line(0.222, 0.226, "no difference shown")
    assert told.startswith("tuned scored less than its default, but the difference is not shown: 22.2 % against 22.6 %")


def test_equal_printed_figures_give_no_line() -> None:
    assert line(0.13601, 0.13649, "no difference shown") == ""


def test_a_tiny_difference_is_not_printed_as_negative_zero() -> None:
    told = line(0.13649, 0.13651, "no difference shown")
    assert "13.6 % against 13.7 %, +0.0 points" in told


def test_tuning_that_helped_or_changed_nothing_gives_no_line() -> None:
    assert line(0.272, 0.222, "better") == ""
    assert describe_tuning_loss(record(), record().standings[0]) == ""
