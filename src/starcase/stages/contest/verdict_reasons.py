"""Explain a verdict in a sentence that is true of every measured candidate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from starcase.evidence.records import Standing
from starcase.stages.contest.pairwise_comparisons import PairwiseComparisons


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """The candidates tied with the best estimate, and those of them that can be recommended.

    Args:
        pairs: what was shown of each pair in the objective.
        values: the estimate of each candidate.
        baselines: names of the trivial answers.
        barred: candidates that are suspect or out, which no verdict is about.
        serious: all other candidates whose objective is defined.
        proven: those of them that are shown better than every trivial answer.
        tied: those of ``serious`` that are tied with the best estimate among them, that one included.
        pick: the simplest of the tied that can be recommended; None where there is none.
    """

    pairs: PairwiseComparisons
    values: Mapping[str, float]
    baselines: tuple[str, ...]
    barred: tuple[Standing, ...]
    serious: tuple[Standing, ...]
    proven: tuple[Standing, ...]
    tied: tuple[Standing, ...]
    pick: Standing | None

    @classmethod
    def from_standings(cls, standings: Sequence[Standing], pairs: PairwiseComparisons, objective: str) -> Tie:
        """Find the tied candidates by the comparisons of a contest in its objective."""
        values = {s.candidate: next(f.value for f in s.figures if f.name == objective) for s in standings}
        baselines = tuple(s.candidate for s in standings if s.role == "baseline")
        asked = [s for s in standings if s.role != "baseline"]
        serious = [s for s in asked if not _is_barred(s, values)]
        proven = [s for s in serious if all(pairs.is_better(s.candidate, b) for b in baselines)]
        best = max(serious, key=lambda s: (pairs.sign * values[s.candidate], s in proven), default=None)
        tied = [s for s in serious if best is not None and pairs.is_tied(s.candidate, best.candidate)]
        able = [s for s in tied if s in proven and not s.may_break]
        pick = min(
            able,
            key=lambda s: (s.complexity, s.role != "incumbent", -pairs.sign * values[s.candidate]),
            default=None,
        )
        barred = (s for s in asked if _is_barred(s, values))
        return cls(
            pairs=pairs, values=values, baselines=baselines, barred=tuple(barred), serious=tuple(serious),
            proven=tuple(proven), tied=tuple(tied), pick=pick,
        )  # fmt: skip

    @property
    def best(self) -> str:
        """The candidate with the best estimate of those that are neither suspect nor out."""
        return max(self.serious, key=lambda s: (self.pairs.sign * self.values[s.candidate], s in self.proven)).candidate

    @property
    def above(self) -> tuple[Standing, ...]:
        """The suspect and excluded candidates whose estimate is above the best."""
        sign, best = self.pairs.sign, self.values[self.best]
        return tuple(s for s in self.barred if sign * self.values[s.candidate] > sign * best)

    def describe_obstacle(self, standing: Standing) -> str:
        """Explain why a tied candidate cannot be recommended; empty if it can."""
        unbeaten = [b for b in self.baselines if not self.pairs.is_better(standing.candidate, b)]
        said = [f"is not shown better than {_join_names(unbeaten)}"] if unbeaten else []
        said += [f"may break the guardrail {', '.join(standing.may_break)}"] if standing.may_break else []
        return " and ".join(said)


def explain_winner(field: Tie) -> str:
    """Explain the only remaining winner: better than every other, or than all but the named candidates."""
    best = field.best
    open_ = [s for s in field.barred if not field.pairs.is_better(best, s.candidate)]
    if not open_:
        return "shown better than every other"
    others = _join_names([f"{s.candidate}, {_explain_barred(s)}" for s in open_], last="; and ", between="; ")
    return f"shown better than every other that can be recommended; not shown better than {others}"


def explain_tie(field: Tie) -> str:
    """Explain the pick from a tie, and which tied candidates cannot be recommended."""
    assert field.pick is not None
    pick, best = field.pick, field.best
    rank = f"the best estimate{' of those neither suspect nor out' if field.above else ''}"
    if pick.candidate == best:
        said = f"it has {rank}; {_describe_runners_up(field, best)}, and {_describe_simplicity(field, pick)}"
    else:
        within = field.pairs.is_worse(pick.candidate, best)
        by = f", by less than the margin of {field.pairs.margin:g}" if within else ""
        simpler = _describe_simplicity(field, pick)
        said = f"{'' if within else 'not shown '}worse than {best}, which has {rank}{by}, and {simpler}"
    return said + _join_asides([*_describe_ineligible(field, field.tied), *_describe_barred(field)])


def explain_none_proven(field: Tie) -> str:
    """Explain that no candidate beats every trivial answer: the best estimate, and the answers it does not beat."""
    shown = [s for s in field.barred if all(field.pairs.is_better(s.candidate, b) for b in field.baselines)]
    who = "no candidate that can be recommended" if shown else "no candidate"
    best = [s for s in field.serious if s.candidate == field.best] if field.serious else []
    said = [f"{s.candidate} has the best estimate and {field.describe_obstacle(s)}" for s in best]
    said += [f"{s.candidate} is, {_explain_barred(s)}" for s in shown]
    return f"{who} is shown better than every trivial answer{_join_asides(said)}"


def explain_none_eligible(field: Tie) -> str:
    """Explain why neither the best estimate nor the candidates tied with it can be recommended."""
    best = next(s for s in field.tied if s.candidate == field.best)
    others = [s for s in field.tied if s is not best]
    rank = f"the best estimate{' of those neither suspect nor out' if field.above else ''}"
    said = f"{best.candidate} has {rank} and {field.describe_obstacle(best)}"
    return f"{said}{_join_asides([*_describe_ineligible(field, others), *_describe_barred(field)])}"


def _describe_runners_up(field: Tie, best: str) -> str:
    """Describe the runners-up: ``a and b are not shown worse``, and separately those worse within the margin."""
    others = [s.candidate for s in field.tied if s.candidate != best]
    worse = [name for name in others if field.pairs.is_worse(name, best)]
    fine = [name for name in others if name not in worse]
    said = [f"{', '.join(fine)} {'is' if len(fine) == 1 else 'are'} not shown worse"] if fine else []
    if worse:
        are = "is" if len(worse) == 1 else "are"
        said.append(f"{', '.join(worse)} {are} worse by less than the margin of {field.pairs.margin:g}")
    return ", ".join(said)


def _describe_simplicity(field: Tie, pick: Standing) -> str:
    able = [s for s in field.tied if not field.describe_obstacle(s)]
    lowest = all(pick.complexity <= s.complexity for s in field.tied)
    named = "the tied" if lowest else "the tied that can be recommended"
    others = [s for s in able if s is not pick]
    if pick.candidate != field.best and all(pick.complexity < s.complexity for s in others):
        return f"the simplest of {named}"
    return f"none of {named} is simpler"


def _describe_ineligible(field: Tie, tied: Iterable[Standing]) -> list[str]:
    return [f"{s.candidate} {why}" for s in tied if (why := field.describe_obstacle(s))]


def _describe_barred(field: Tie) -> list[str]:
    return [f"{s.candidate} reached more, {_explain_barred(s)}" for s in field.above]


def _is_barred(standing: Standing, values: Mapping[str, float]) -> bool:
    value = values[standing.candidate]
    return bool(standing.suspect or standing.out) or value != value  # noqa: PLR0124 - NaN


def _explain_barred(standing: Standing) -> str:
    if standing.out:
        return "which is out"
    return "a suspect configuration" if standing.suspect.startswith("suspect") else "whose objective is undefined"


def _join_asides(said: Iterable[str]) -> str:
    return "".join(f"; {one}" for one in said)


def _join_names(names: Sequence[str], *, between: str = ", ", last: str = " or ") -> str:
    return last.join([*([between.join(names[:-1])] if names[:-1] else []), *names[-1:]])
