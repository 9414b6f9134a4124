"""What to do next: a pure function from where a rollout stands and what can be seen to one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starcase.evidence.records import StepKind
from starcase.rollout.state import State

Verdict = Literal["better", "not worse", "worse", "hold", "blocked"]
FINE = frozenset({"better", "not worse"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How exposure grows; see ``case.spec.RolloutSpec``. Durations in microseconds."""

    steps: tuple[float, ...]
    minimum_decisions: int
    minimum_outcomes: int
    minimum_duration: int
    shadow_coverage: float

    def __post_init__(self) -> None:
        if (
            not self.steps
            or list(self.steps) != sorted(set(self.steps))
            or not 0 < self.steps[0] <= self.steps[-1] <= 1
        ):
            raise ValueError(f"steps must rise within (0, 1], not {self.steps}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the controller sees at one look.

    Args:
        at: the moment, microseconds UTC.
        decisions: answered by the challenger since the step began (in shadow or for real).
        matured: outcomes that have matured for the comparison so far.
        coverage: share of served requests the shadow has seen, 0 to 1.
        tripped: names of the guards that have tripped.
        verdict: of the comparison with the champion, valid however often one looks.
        telling: whether outcomes tell of answers that were not served, as the truth of a payment does and a click on
            what was shown does not; then the shadow alone can compare the two, request by request.
        in_shadow: the verdict with which the challenger left the shadow, where outcomes are telling.
        cleared: whether the challenger's clearance is in force at ``at``.
        because: ids of the records this sight rests on.
    """

    at: int
    decisions: int = 0
    matured: int = 0
    coverage: float = 0.0
    tripped: tuple[str, ...] = ()
    verdict: Verdict = "hold"
    telling: bool = False
    in_shadow: Verdict = "hold"
    cleared: bool = False
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do, with which share, and why."""

    kind: StepKind
    share: float
    reason: str


def advance(state: State, rules: Rules, sight: Sight) -> Step:
    """The next step of a rollout.

    Harm goes first and needs no minimum; everything that widens exposure needs clearance, time, decisions and outcomes.
    Where data is missing the answer is to hold, never to promote. Where outcomes are telling, a challenger meets nobody
    before its shadow has shown it better or not worse.
    """
    if state.stage == "canary":
        return _harm(sight) or _widen(state, rules, sight)
    if state.stage == "shadow":
        return _leave_shadow(state, rules, sight)
    return Step(kind="hold", share=0.0, reason="no challenger is being tried out")


def _harm(sight: Sight) -> Step | None:
    reasons = [f"guard {name} tripped" for name in sight.tripped]
    if sight.verdict == "worse":
        reasons.append("outcomes show it worse than the champion")
    if not sight.cleared:
        reasons.append("its clearance is no longer in force")
    return Step(kind="rollback", share=0.0, reason="; ".join(reasons)) if reasons else None


def _missing(state: State, rules: Rules, sight: Sight) -> str:
    if sight.verdict == "blocked":
        return "the sample ratio is off: no comparison counts until that is explained"
    if sight.at - state.since < rules.minimum_duration:
        return "this step has not lasted its minimum duration"
    if sight.decisions < rules.minimum_decisions:
        return "the challenger has not answered the minimum number of requests at this step"
    return ""


def _widen(state: State, rules: Rules, sight: Sight) -> Step:
    missing = _missing(state, rules, sight)
    if missing:
        return Step(kind="hold", share=state.share, reason=missing)
    wider = [share for share in rules.steps if share > state.share]
    if wider:
        return Step(kind="widen", share=wider[0], reason="no guard tripped and the step has its minimum evidence")
    if sight.matured < rules.minimum_outcomes:
        return Step(kind="hold", share=state.share, reason="too few outcomes have matured for a promotion")
    if sight.verdict in FINE:
        return Step(kind="promote", share=1.0, reason=f"outcomes show it {sight.verdict} than the champion")
    if sight.in_shadow in FINE:
        reason = (
            f"its shadow showed it {sight.in_shadow} than the champion, and nothing in the canary speaks against it"
        )
        return Step(kind="promote", share=1.0, reason=reason)
    return Step(kind="hold", share=state.share, reason="outcomes do not yet tell the two apart")


def _leave_shadow(state: State, rules: Rules, sight: Sight) -> Step:
    missing = _missing(state, rules, sight)
    if missing:
        return Step(kind="hold", share=0.0, reason=missing)
    if sight.coverage < rules.shadow_coverage:
        return Step(kind="hold", share=0.0, reason="the shadow has seen too small a share of the requests")
    if sight.verdict == "worse":
        return Step(kind="rollback", share=0.0, reason="in shadow it is worse than the champion")
    if sight.telling and sight.verdict not in FINE:
        return Step(kind="hold", share=0.0, reason="outcomes of what it answered in shadow do not tell enough yet")
    if not sight.cleared:
        return Step(kind="hold", share=0.0, reason="it has no clearance to meet real units")
    shown = f"in shadow it is {sight.verdict}" if sight.verdict in FINE else "nothing in shadow speaks against it"
    return Step(kind="canary", share=rules.steps[0], reason=f"cleared, and {shown}")
