from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.report.cards import card_records, contest, open_ledger

from starcase.evidence import Figure
from starcase.evidence.records import (
    ContestRecord,
    MetricReading,
    PlanRecord,
    ReadingRecord,
    Record,
    ShadowRecord,
    TuningGain,
)
from starcase.report import WRITERS, Records, build_document
from starcase.report.claim_rules import LICENCES, Test, is_licensed

PLAN = next(record for record, _ in card_records() if isinstance(record, PlanRecord))
READING = next(record for record, _ in card_records() if isinstance(record, ReadingRecord))

SHADOW = next(record for record, _ in card_records() if isinstance(record, ShadowRecord))


def told(folder: Path, *records: Record) -> str:
    with open_ledger(folder) as ledger:
        ledger.extend(records)
        return " ".join(WRITERS["md"](build_document(Records.from_ledger(ledger))).split())


def difference(low: float, value: float, high: float, kind: str = "experiment") -> Any:
    return replace(READING.difference, low=low, value=value, high=high, evidence_class=kind)  # type: ignore[type-var]


def test_only_a_clean_experiment_may_say_caused(tmp_path: Path) -> None:
    caused = replace(READING, difference=difference(-0.02, -0.01, -0.005))
    assert "caused" in told(tmp_path, PLAN, caused)


@pytest.mark.parametrize(
    "reading",
    [
        replace(READING, difference=difference(-0.02, -0.01, -0.005, "replayed")),
        replace(READING, difference=difference(-0.02, -0.01, 0.005)),
        replace(READING, difference=difference(-0.02, -0.01, -0.005), verdict="blocked"),
        replace(
            READING, difference=difference(-0.02, -0.01, -0.005), sample_ratio=replace(READING.sample_ratio, value=1e-6)
        ),
        replace(READING, difference=difference(-0.02, -0.01, -0.005), verdict="hold"),
    ],
    ids=["replayed", "open interval", "blocked", "sample ratio", "hold"],
)
def test_other_readings_do_not_license_caused(tmp_path: Path, reading: ReadingRecord) -> None:
    text = told(tmp_path, PLAN, reading)
    assert "caused" not in text


def test_reading_without_a_prior_plan_licenses_no_word(tmp_path: Path) -> None:
    text = told(tmp_path, replace(READING, difference=difference(-0.02, -0.01, -0.005)), PLAN)
    assert "better" not in text
    assert "no plan stands before it" in text


def test_wrong_direction_licenses_the_opposite_word(tmp_path: Path) -> None:
    text = told(tmp_path, PLAN, replace(READING, difference=difference(0.005, 0.01, 0.02), verdict="worse"))
    assert " was worse than " in text
    assert "better" not in text


def test_not_worse_requires_a_margin_fixed_beforehand(tmp_path: Path) -> None:
    inside = replace(READING, difference=difference(-0.0004, 0.0, 0.0004), verdict="not worse")
    assert "no worse" in told(tmp_path, PLAN, inside)
    (tmp_path / "b").mkdir()
    outside = replace(READING, difference=difference(-0.0004, 0.0, 0.0006), verdict="not worse")
    assert "no worse" not in told(tmp_path / "b", PLAN, outside)


def test_significant_loss_is_never_called_no_worse(tmp_path: Path) -> None:
    text = told(tmp_path, PLAN, replace(READING, difference=difference(0.0001, 0.0002, 0.0004), verdict="not worse"))
    assert "was worse within the margin than" in text
    assert "no worse" not in text
    assert "no difference" not in text.lower()
    (tmp_path / "b").mkdir()
    lost = difference(0.0001, 0.0002, 0.0004, "replayed")
    seen = MetricReading(
        metric="error_rate", champion=lost, challenger=lost, difference=lost, p_value=lost, information=lost,
        margin=0.0005, verdict="not worse",
    )  # fmt: skip
    text = told(tmp_path / "b", PLAN, replace(SHADOW, metrics=(seen,), verdict="not worse"))
    assert "was worse within the margin than" in text
    assert "no worse" not in text


@pytest.mark.parametrize(
    ("margin", "guardrails", "metric", "plan_first", "told_so"),
    [
        (0.0005, (), "error_rate", True, True),
        (0.0005, (), "error_rate", False, False),
        (0.001, (), "error_rate", True, False),
        (0.001, ("false_positive_rate within 0.001",), "false_positive_rate", True, True),
        (0.002, ("false_positive_rate within 0.001",), "false_positive_rate", True, False),
    ],
    ids=["planned", "planned afterwards", "another margin", "a guardrail", "another margin of a guardrail"],
)
def test_shadow_is_no_worse_only_with_a_margin_planned_before(
    tmp_path: Path, margin: float, guardrails: tuple[str, ...], metric: str, *, plan_first: bool, told_so: bool
) -> None:
    plan = replace(PLAN, guardrails=guardrails)
    low = difference(-0.0012, -0.0004, 0.0004, "replayed")
    seen = MetricReading(
        metric=metric, champion=low, challenger=low, difference=low, p_value=low, information=low, margin=margin,
        verdict="not worse",
    )  # fmt: skip
    shadow = replace(SHADOW, metrics=(seen,), verdict="not worse")
    text = told(tmp_path, *((plan, shadow) if plan_first else (shadow, plan)))
    assert ("no worse" in text) is told_so
    assert (f"by the margin of {margin * 100:.2g}" in text) is told_so
    assert ("no difference" in text.lower()) is not told_so


def test_comparison_on_too_few_units_uses_no_claiming_word(tmp_path: Path) -> None:
    record = contest()
    plain = replace(record.comparisons[0].difference, low=None, high=None, level=None, n=1)
    pair = replace(record.comparisons[0], difference=plain, adjusted=plain, p_value=None, verdict="no difference shown")
    said = "1 independent unit cannot say who is better; a test needs at least 3"
    text = told(tmp_path, replace(record, comparisons=(pair,), verdict="no winner", reason=said))
    assert said in text
    assert "no difference" not in text.lower()
    assert " differs by " in text


def test_a_contest_of_a_model_with_itself_shows_nothing(tmp_path: Path) -> None:
    same = contest()
    pair = replace(
        same.comparisons[0],
        difference=replace(same.comparisons[0].difference, value=0.0, low=-0.01, high=0.01),
        p_value=Figure(name="adjusted p-value", value=1.0, unit="p"),
        verdict="no difference shown",
    )
    text = told(tmp_path, replace(same, comparisons=(pair,), verdict="no winner", recommended="boosted_trees"))
    assert "No difference between" in text
    assert "better" not in text.replace("shown better than every other", "")
    assert "improved" not in text


def beaten(*, mirrored: bool = False) -> ContestRecord:
    """A contest without winner in which a trivial baseline is better than the incumbent."""
    held = contest()
    pair = replace(held.comparisons[0], candidate="amount", against="logistic_regression")
    if mirrored:
        gap = pair.difference
        turned = replace(gap, value=-gap.value, low=-(gap.high or 0.0), high=-(gap.low or 0.0))
        pair = replace(pair, candidate=pair.against, against=pair.candidate, difference=turned, adjusted=None,
                       verdict="worse")  # fmt: skip
    return replace(held, comparisons=(pair,), verdict="no winner", recommended="logistic_regression", tied=(),
                   reason="no candidate is shown better than every trivial answer")  # fmt: skip


def test_no_winner_gives_no_recommendation_and_keeps_the_incumbent(tmp_path: Path) -> None:
    text = told(tmp_path, beaten())
    assert "The contest recommends nobody, and `logistic_regression` stays; the verdict is `no winner`" in text
    assert "The contest recommends `" not in text


def test_trivial_baseline_better_than_the_incumbent_is_stated(tmp_path: Path) -> None:
    text = told(tmp_path, beaten())
    assert "`amount`, a trivial answer, is shown better than `logistic_regression`, which runs today." in text


def test_trivial_baseline_is_stated_for_a_reversed_pair(tmp_path: Path) -> None:
    other = told(tmp_path, beaten(mirrored=True))
    assert "`logistic_regression`, which runs today, is shown worse than `amount`, a trivial answer." in other


def test_trivial_baseline_without_significance_is_not_stated(tmp_path: Path) -> None:
    held = beaten()
    pair = replace(held.comparisons[0], verdict="no difference shown")
    assert "a trivial answer" not in told(tmp_path, replace(held, comparisons=(pair,)))


def test_interval_shown_with_a_verdict_is_the_adjusted_one(tmp_path: Path) -> None:
    one = contest().comparisons[0]
    alone = replace(one.difference, low=0.01, high=0.25)
    together = replace(one.difference, low=-0.012, high=0.26)
    open_ = replace(one, difference=alone, adjusted=together, verdict="no difference shown")
    text = told(tmp_path, replace(contest(), comparisons=(open_,)))
    assert "No difference between" in text
    assert "interval over all pairs −1.2 points to +26.0 points" in text
    assert "+1.0" not in text


def test_older_ledger_without_adjusted_interval_states_no_difference(tmp_path: Path) -> None:
    one = contest().comparisons[0]
    old = replace(one, difference=replace(one.difference, low=0.01, high=0.25), adjusted=None,
                  verdict="no difference shown")  # fmt: skip
    assert "is left once every pair is accounted for" in told(tmp_path, replace(contest(), comparisons=(old,)))


def test_unlisted_claiming_word_is_never_licensed() -> None:
    best = Test(direction=1, agrees=True, fixed=True, within_margin=True, evidence_class="experiment")
    assert [word for word in LICENCES if is_licensed(word, best)] == [
        "better",
        "improved",
        "significant",
        "no worse",
        "caused",
    ]
    assert not is_licensed("proved", best)
    assert not is_licensed("safe", best)


@pytest.mark.parametrize(("verdict", "worse"), [("worse", True), ("no difference shown", False)])
def test_tuning_loss_is_stated_and_worse_requires_a_test(tmp_path: Path, verdict: Any, worse: bool) -> None:
    record = contest()
    first = record.standings[0]
    tuned = next(f for f in first.figures if f.name == record.objective)
    value = replace(tuned, value=-0.05, low=-0.06, high=-0.04 if worse else 0.01)
    p = Figure(name="adjusted p-value", value=0.001 if worse else 0.3, unit="p")
    pair = replace(
        record.comparisons[0], candidate=first.candidate, against="its default", difference=value, adjusted=None,
        p_value=p, verdict=verdict,
    )  # fmt: skip
    before = TuningGain(figure=replace(tuned, value=tuned.value + 0.05), comparison=pair)
    held = replace(record, standings=(replace(first, untuned=before), *record.standings[1:]))
    text = told(tmp_path, held)
    assert "with its own default settings reached" in text
    assert ("was worse than that" in text) == worse
