"""Which candidate to recommend, if any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from starcase.evidence.records import Ahead, ComparisonFigure, Standing

VerdictWord = Literal["winner", "simplest within the tie", "no winner"]
_Verdicts = dict[tuple[str, str], tuple[str, ComparisonFigure, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The recommendation, who it is tied with, and why."""

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
    """The verdict of a contest on its objective.

    1. Without a candidate that is shown better than every trivial baseline there is no winner.
    2. Candidates not shown worse than the best, or worse by less than ``margin`` with certainty, are tied with it;
       certain is what the interval says that all pairs share.
    3. A tie goes to the simplest; between equally simple ones to the incumbent, then to the better estimate.

    A suspect configuration is never recommended, nor one that is shown to break a guardrail. An incumbent that a
    trivial baseline is shown better than is named in the reason, whatever the verdict.
    """
    verdicts = _both_ways([c for c in comparisons if c.metric == objective])
    verdict = _judged(standings, verdicts, objective=objective, higher_is_better=higher_is_better, margin=margin)
    return replace(verdict, reason=verdict.reason + _outdone(standings, verdicts))


def _judged(
    standings: Sequence[Standing],
    verdicts: _Verdicts,
    *,
    objective: str,
    higher_is_better: bool,
    margin: float,
) -> Verdict:
    values = {s.candidate: next(f.value for f in s.figures if f.name == objective) for s in standings}
    sign = 1.0 if higher_is_better else -1.0
    baselines = [s.candidate for s in standings if s.role == "baseline"]
    serious = [
        s
        for s in standings
        if s.role != "baseline" and not s.suspect and not s.out and values[s.candidate] == values[s.candidate]
    ]
    incumbent = next((s.candidate for s in standings if s.role == "incumbent"), "")
    proven = [s for s in serious if all(verdicts[s.candidate, b][0] == "better" for b in baselines)]
    if not proven:
        return Verdict(
            word="no winner",
            recommended=incumbent,
            tied=(),
            reason="no candidate is shown better than the best trivial baseline",
        )
    best = max(proven, key=lambda s: sign * values[s.candidate])
    ahead = [s.candidate for s in standings if s.out and sign * values[s.candidate] > sign * values[best.candidate]]
    aside = f"; {', '.join(ahead)} reached more and broke a guardrail" if ahead else ""
    tied = [s for s in proven if s is best or _tied(verdicts[s.candidate, best.candidate], sign, margin)]
    pick = min(tied, key=lambda s: (s.complexity, s.role != "incumbent", -sign * values[s.candidate]))
    if len(tied) == 1:
        return Verdict(
            word="winner", recommended=best.candidate, tied=(best.candidate,),
            reason=f"shown better than every other{' that keeps the guardrails' if aside else ''}{aside}",
        )  # fmt: skip
    return Verdict(
        word="simplest within the tie",
        recommended=pick.candidate,
        tied=tuple(s.candidate for s in tied),
        reason=_simplest(pick.candidate, best.candidate, [s.candidate for s in tied]) + aside,
    )


def ahead(standings: Sequence[Standing], recommended: str, *, higher_is_better: bool) -> tuple[Ahead, ...]:
    """In how many folds the recommended candidate reached more than the incumbent, and than the best trivial answer.

    Folds are few, so this is a look at how steady an advantage is, no test of it.
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
        Ahead(against=other, folds=sum(a > b for a, b in zip(folds[recommended], folds[other], strict=True)))
        for other in others
        if other != recommended
    )


def _outdone(standings: Sequence[Standing], verdicts: _Verdicts) -> str:
    """``; NAME, a trivial answer, is shown better than NAME, which runs today``; empty where that is not shown."""
    today = next((s.candidate for s in standings if s.role == "incumbent"), "")
    pairs = [(s.candidate, today) for s in standings if s.role == "baseline"]
    above = [pair[0] for pair in pairs if pair in verdicts and verdicts[pair][0] == "better"]
    if not above:
        return ""
    trivial = "a trivial answer, is" if len(above) == 1 else "trivial answers, are"
    return f"; {' and '.join(above)}, {trivial} shown better than {today}, which runs today"


def _simplest(pick: str, best: str, tied: Sequence[str]) -> str:
    """Why the pick is taken from the tie."""
    if pick != best:
        return f"not shown worse than {best}, which has the best estimate, and the simplest of the tied"
    others = [name for name in tied if name != best]
    are = "is" if len(others) == 1 else "are"
    return f"it has the best estimate; {', '.join(others)} {are} not shown worse, and none of the tied is simpler"


def _both_ways(comparisons: Sequence[ComparisonFigure]) -> _Verdicts:
    mirrored = {"better": "worse", "worse": "better"}
    found = {(c.candidate, c.against): (str(c.verdict), c, 1.0) for c in comparisons}
    found |= {(c.against, c.candidate): (mirrored.get(c.verdict, c.verdict), c, -1.0) for c in comparisons}
    return found


def _tied(verdict: tuple[str, ComparisonFigure, float], sign: float, margin: float) -> bool:
    word, comparison, mirror = verdict
    if word != "worse":
        return True
    ends = (comparison.shown.low, comparison.shown.high)
    return None not in ends and min(sign * mirror * e for e in ends if e is not None) >= -margin
