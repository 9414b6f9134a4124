from __future__ import annotations

from dataclasses import replace

from starcase.cli.lift import describe_claim, format_lift, select_yardsticks
from starcase.evidence import Figure
from starcase.evidence.records import ClaimAnswer, ComparisonFigure, ContestRecord, Standing


def standing(name: str, role: str, value: float) -> Standing:
    figures = (Figure(name="ndcg", value=value, unit="share"),)
    return Standing(candidate=name, model="", role=role, complexity=1, trials=1, figures=figures)  # type: ignore[arg-type]


def compared(verdict: str) -> ComparisonFigure:
    figure = Figure(name="ndcg", value=0.02, unit="share")
    return ComparisonFigure(candidate="new", against="count", metric="ndcg", difference=figure, p_value=figure,
                            verdict=verdict, method="")  # type: ignore[arg-type]  # fmt: skip


def record(verdict: str = "better") -> ContestRecord:
    standings = (
        standing("new", "candidate", 0.22), standing("old", "incumbent", 0.11), standing("count", "baseline", 0.2),
        standing("popular", "baseline", 0.05),
    )  # fmt: skip
    return ContestRecord(
        contest="c", objective="ndcg", direction="higher", question="", folds=(), standings=standings,
        comparisons=(compared(verdict),), verdict="winner", recommended="new", tied=(), reason="", trials_each=1,
        values_sha256="", data_sha256="",
    )  # fmt: skip


def test_lift_compares_with_the_incumbent_and_the_best_trivial_baseline() -> None:
    assert select_yardsticks(record()) == {"over old": "old", "over count": "count"}
    assert format_lift(record(), "new", "old") == "+100.0 %"
    assert format_lift(record(), "new", "count") == "+10.0 % *"
    assert format_lift(record("no difference shown"), "new", "count") == "+10.0 %"
    assert format_lift(record(), "count", "count") == ""


def test_lift_over_a_base_near_zero_is_the_absolute_difference() -> None:
    near = replace(record(), standings=(standing("new", "candidate", 0.22), standing("count", "baseline", 0.0006)))
    assert format_lift(near, "new", "count") == "+21.9 points *"
    below = replace(record(), standings=(standing("new", "candidate", 0.22), standing("count", "baseline", -0.1)))
    assert format_lift(below, "new", "count") == "+32.0 points *"


def test_a_refused_claim_reports_the_measurement() -> None:
    found = Figure(name="ndcg", value=0.1, unit="share", low=0.05, high=0.15, level=0.95)
    wanted = Figure(name="ndcg", value=0.2, unit="share")
    answer = ClaimAnswer(claim="+20 %", verdict="refused", candidate="new", against="old", changes=(found,),
                         wanted=(wanted,), method="")  # fmt: skip
    assert describe_claim(answer) == [
        "claim '+20 %': refused: no candidate is shown to meet all of it against old; new comes nearest",
        "  ndcg, promised +20 %: measured +10.0 % [+5.0, +15.0], falls short of it",
    ]
