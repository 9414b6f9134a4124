"""One verdict from several metrics: harm in any metric gives worse, and a good verdict needs every metric."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from starcase.comparison.comparison_spec import ComparisonSpec, build_comparison_spec
from starcase.comparison.interim_analysis import compute_reading, decide_overall_verdict
from starcase.contract.case_spec import ExperimentSpec, GuardrailSpec, RolloutSpec
from starcase.errors import CaseFileError, NotIdentifiable
from starcase.evidence.records import MetricReading
from starcase.inference import DifferenceEstimate
from starcase.testing import ToySystem, toy_case

Said = Literal["better", "not worse", "worse", "hold"]
CASE = toy_case(
    guardrails=(
        GuardrailSpec(metric="false_positive_rate", margin=0.01),
        GuardrailSpec(metric="squared_error", margin=1),
    ),
    rollout=RolloutSpec(margin=0.02, alpha=0.1),
)
TERMS = build_comparison_spec(CASE, ToySystem())


def seen(place: int, value: float, error: float, earlier: MetricReading | None = None) -> MetricReading:
    apart = DifferenceEstimate(estimate=value, error=error, information=error**-2, n=100, method="made")
    return compute_reading(
        TERMS, TERMS.each[place], apart, (0.1, 0.1 + value), earlier=earlier, evidence_class="replayed"
    )


def told(*verdicts: Said) -> tuple[Said, str]:
    return decide_overall_verdict(
        [replace(seen(place, 0.0, 0.1), verdict=one) for place, one in enumerate(verdicts)], TERMS
    )


@pytest.mark.parametrize(
    ("verdicts", "expected", "words"),
    [
        (("better", "not worse"), "better", "within the margin"),
        (("not worse", "better"), "not worse", "error_rate shown not worse"),
        (("better", "hold"), "hold", "false_positive_rate may still be worse"),
        (("better",), "hold", "false_positive_rate may still be worse"),
        (("hold", "better"), "hold", "does not separate the two"),
        (("better", "worse"), "worse", "false_positive_rate shown worse"),
        (("worse", "worse"), "worse", "error_rate and false_positive_rate"),
        ((), "hold", "no matured outcome"),
    ],
)
def test_harm_in_any_metric_gives_worse_and_a_good_verdict_needs_every_metric(
    verdicts: tuple[Said, ...], expected: Said, words: str
) -> None:
    said, why = told(*verdicts)
    assert said == expected
    assert words in why


def test_alpha_is_divided_among_the_live_metrics() -> None:
    assert [term.metric.name for term in TERMS.each] == ["error_rate", "false_positive_rate"]
    assert TERMS.alpha_each == pytest.approx(0.05)
    assert seen(0, 0.0, 0.01).difference.level == pytest.approx(0.95)
    assert TERMS.scale_alpha(0.2).alpha == pytest.approx(0.02)


def test_p_value_and_interval_agree() -> None:
    for value in (0.0, 0.02, 0.04, 0.06, 0.3):
        for error in (0.002, 0.006, 0.02, 0.1):
            one = seen(0, value, error)
            assert one.difference.low is not None
            assert (one.p_value.value < TERMS.alpha_each) == (one.difference.low > 0)


def test_a_later_look_keeps_the_conclusions_of_earlier_looks() -> None:
    first = seen(0, -0.05, 0.005)
    assert first.verdict == "better"
    later = seen(0, -0.045, 0.004, first)
    assert later.verdict == "better"
    assert later.p_value.value <= first.p_value.value
    contradicted = seen(0, 0.3, 0.001, first)
    assert contradicted.difference.low is not None
    assert contradicted.difference.low > 0.25


def test_an_earlier_look_that_claimed_more_information_is_ignored() -> None:
    """At the early look no rare outcome had been observed, so its error was too small."""
    early = seen(0, 0.0, 0.001)
    assert early.verdict == "not worse"
    later = seen(0, 0.03, 0.02, early)
    assert later.verdict == "hold"
    assert later.difference.high is not None
    assert later.difference.high > 0.05


def test_a_shown_loss_within_the_margin_is_reported_as_worse() -> None:
    whole = [seen(0, 0.01, 0.001), seen(1, 0.0, 0.001)]
    assert [one.verdict for one in whole] == ["not worse", "not worse"]
    said, why = decide_overall_verdict(whole, TERMS)
    assert said == "not worse"
    assert why.startswith("error_rate shown worse than the champion's, and by less than the margin")
    open_ = decide_overall_verdict([seen(0, 0.0, 0.003), seen(1, 0.0, 0.001)], TERMS)
    assert open_[1].startswith("error_rate shown not worse than the champion's by more than the margin")


def test_the_early_stopping_correction_is_computed_once_and_kept() -> None:
    quiet = seen(0, 0.0, 0.01)
    assert quiet.corrected is None
    told = seen(0, -0.05, 0.008, quiet)
    assert told.verdict == "better"
    assert told.corrected is not None
    assert -0.05 < told.corrected.value < 0
    assert seen(0, -0.03, 0.005, told).corrected == told.corrected


def test_harm_far_beyond_the_margin_is_detected_early() -> None:
    error = TERMS.compute_planned_error(TERMS.objective) / 0.05**0.5
    early = seen(0, 6 * error, error)
    assert early.information.value == pytest.approx(0.05)
    assert early.verdict == "worse"
    assert float(TERMS.design.critical(0.05)) > 6


def test_a_comparison_without_live_metric_or_effect_is_refused() -> None:
    with pytest.raises(CaseFileError, match="'recall' is not a live metric"):
        build_comparison_spec(toy_case(experiment=ExperimentSpec(metric="recall")), ToySystem())
    with pytest.raises(NotIdentifiable, match="worth finding"):
        build_comparison_spec(toy_case(rollout=RolloutSpec(margin=0.0)), ToySystem())

    class Mute(ToySystem):
        def live_metrics(self, case: object) -> tuple[()]:
            return ()

    with pytest.raises(NotIdentifiable, match="no live metric"):
        build_comparison_spec(toy_case(), Mute())


def test_the_experiment_section_sets_metric_and_effect() -> None:
    spec = ExperimentSpec(metric="false_positive_rate", effect=0.1, power=0.9)
    terms: ComparisonSpec = build_comparison_spec(
        toy_case(experiment=spec, rollout=RolloutSpec(margin=0.0)), ToySystem()
    )
    assert terms.objective.metric.name == "false_positive_rate"
    assert terms.compute_planned_error(terms.objective) == pytest.approx(0.1 / terms.design.drift)


@pytest.mark.parametrize(("low", "high", "words"), [(-0.2, -0.01, "below"), (0.01, 0.2, "above"), (-0.1, 0.2, "")])
def test_an_undecided_verdict_reports_a_difference_that_excludes_zero(low: float, high: float, words: str) -> None:
    one = seen(0, 0.0, 0.1)
    one = replace(one, verdict="hold", difference=replace(one.difference, low=low, high=high))
    said, why = decide_overall_verdict([one], TERMS)
    assert said == "hold"
    assert (f"is shown {words} the champion's" in why) == bool(words)
    assert ("does not separate the two" in why) == (not words)
