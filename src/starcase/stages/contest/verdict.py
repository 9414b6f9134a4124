"""Recommend a candidate, if any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from starcase.evidence.number_format import format_count
from starcase.evidence.records import ComparisonFigure, FoldLead, Standing
from starcase.inference import FEWEST_UNITS
from starcase.stages.contest.pairwise_comparisons import PairwiseComparisons
from starcase.stages.contest.verdict_reasons import (
    Tie,
    explain_none_eligible,
    explain_none_proven,
    explain_tie,
    explain_winner,
)

VerdictWord = Literal["winner", "simplest within the tie", "no winner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The recommendation, the candidates tied with it, and the reason."""

    word: VerdictWord
    recommended: str
    tied: tuple[str, ...]
    reason: str


def judge(
    standings: Sequence[Standing],
    comparisons: Sequence[ComparisonFigure],
    *,
    objective: str,
    higher_is_better: bool,
    margin: float,
) -> Verdict:
    """Return the verdict of a contest on its objective.

    1. Without a candidate that is shown better than every trivial baseline there is no winner.
    2. Candidates not shown worse than the one with the best estimate, or worse by less than ``margin`` with certainty,
       are tied with it, whether or not they are shown better than the baselines; certain is what the interval says that
       all pairs share.
    3. A tie goes to the simplest of those that are shown better than every baseline and that no open guardrail holds
       back; between equally simple ones to the incumbent, then to the better estimate. Where there is none, there is no
       winner.

    A suspect configuration is never recommended, nor one that is shown to break a guardrail or may break one. An
    incumbent that a trivial baseline is shown better than is named in the reason, whatever the verdict. So few
    independent units that no pair was tested have no winner either.
    """
    pairs = PairwiseComparisons.from_comparisons(
        [c for c in comparisons if c.metric == objective], margin=margin, higher_is_better=higher_is_better
    )
    incumbent = next((s.candidate for s in standings if s.role == "incumbent"), "")
    if pairs.untested:
        units = format_count(pairs.units, "independent unit")
        said = f"{units} cannot say who is better; a test needs at least {FEWEST_UNITS}"
        return Verdict(word="no winner", recommended=incumbent, tied=(), reason=said)
    field = Tie.from_standings(standings, pairs, objective)
    if not field.proven:
        verdict = Verdict(word="no winner", recommended=incumbent, tied=(), reason=explain_none_proven(field))
    elif field.pick is None:
        verdict = Verdict(word="no winner", recommended=incumbent, tied=(), reason=explain_none_eligible(field))
    elif len(field.tied) == 1:
        name = field.pick.candidate
        verdict = Verdict(word="winner", recommended=name, tied=(name,), reason=explain_winner(field))
    else:
        verdict = Verdict(
            word="simplest within the tie",
            recommended=field.pick.candidate,
            tied=tuple(s.candidate for s in field.tied),
            reason=explain_tie(field),
        )
    return replace(verdict, reason=verdict.reason + _describe_beaten_incumbent(standings, pairs))


def count_folds_ahead(
    standings: Sequence[Standing], recommended: str, *, higher_is_better: bool
) -> tuple[FoldLead, ...]:
    """Count the folds in which the recommended candidate is better than the incumbent and the best trivial answer.

    Folds are few, so this describes how steady an advantage is; it is no test.
    """
    sign = 1.0 if higher_is_better else -1.0
    folds = {s.candidate: [sign * value for value in s.by_fold] for s in standings}
    if not folds.get(recommended):
        return ()
    trivial = [s.candidate for s in standings if s.role == "baseline"]
    others = [s.candidate for s in standings if s.role == "incumbent"] + sorted(trivial, key=lambda n: -sum(folds[n]))[
        :1
    ]
    return tuple(
        FoldLead(against=other, folds=sum(a > b for a, b in zip(folds[recommended], folds[other], strict=True)))
        for other in others
        if other != recommended
    )


def _describe_beaten_incumbent(standings: Sequence[Standing], pairs: PairwiseComparisons) -> str:
    """``; NAME, a trivial answer, is shown better than NAME, which runs today``; empty where that is not shown."""
    today = next((s.candidate for s in standings if s.role == "incumbent"), "")
    above = [s.candidate for s in standings if s.role == "baseline" and pairs.is_better(s.candidate, today)]
    if not above:
        return ""
    trivial = "a trivial answer, is" if len(above) == 1 else "trivial answers, are"
    return f"; {' and '.join(above)}, {trivial} shown better than {today}, which runs today"
