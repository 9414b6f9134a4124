"""The rollout state machine: a pure function from the state and an observation to the next step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from starcase.decide import Reach, describe_reaches
from starcase.evidence.records import StepKind
from starcase.stages.rollout.state import State
from starcase.tables.duration import format_duration

Verdict = Literal["better", "not worse", "worse", "hold", "blocked"]
FINE = frozenset({"better", "not worse"})
NOBODY, EVERYBODY = Reach.from_share(0.0), Reach.from_share(1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureStep:
    """A planned step of exposure: the reach it adds, and the minima needed before the next step.

    Args:
        reach: the units this step adds.
        minimum_decisions: answered by the challenger at this step before the next.
        minimum_outcomes: matured outcomes of the challenger before the next step.
        minimum_duration: time at this step before the next, microseconds.
    """

    reach: Reach
    minimum_decisions: int
    minimum_outcomes: int
    minimum_duration: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How exposure grows; see ``contract.case_spec.RolloutSpec``. Durations in microseconds."""

    steps: tuple[ExposureStep, ...]
    minimum_decisions: int
    minimum_outcomes: int
    minimum_duration: int
    shadow_coverage: float

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError("there are no steps")
        for place, rung in enumerate(self.steps):
            before = [other.reach for other in self.steps[:place]]
            if not rung.reach.buckets or any(map(rung.reach.is_within, before)):
                raise ValueError(f"each of the steps must add units, not {rung.reach} to {describe_reaches(before)}")

    @classmethod
    def from_shares(cls, *shares: float, minimum_decisions: int, minimum_duration: int, **choices: Any) -> Rules:
        """Build steps by share only, all with the same minima."""
        steps = tuple(
            ExposureStep(
                reach=Reach.from_share(share), minimum_decisions=minimum_decisions, minimum_outcomes=0,
                minimum_duration=minimum_duration,
            )
            for share in shares
        )  # fmt: skip
        return cls(steps=steps, minimum_decisions=minimum_decisions, minimum_duration=minimum_duration, **choices)

    def find_next_step(self, reaches: tuple[Reach, ...]) -> ExposureStep | None:
        """Find the first step that adds units; None where there is none."""
        return next((rung for rung in self.steps if not any(map(rung.reach.is_within, reaches))), None)

    def find_current_step(self, reaches: tuple[Reach, ...]) -> ExposureStep:
        """Find the step with these reaches; the minima of the shadow where there are none."""
        further = self.find_next_step(reaches)
        below = self.steps if further is None else self.steps[: self.steps.index(further)]
        in_shadow = ExposureStep(
            reach=NOBODY, minimum_decisions=self.minimum_decisions, minimum_outcomes=0,
            minimum_duration=self.minimum_duration,
        )  # fmt: skip
        return below[-1] if below else in_shadow


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutObservation:
    """The observation of the controller at one look.

    Args:
        at: the moment, microseconds UTC.
        leapt: by how much the clock was set since the step began, microseconds; not counted as its duration.
        decisions: answered by the challenger since the step began (in shadow or for real).
        matured: outcomes that have matured for the comparison so far.
        coverage: share of served requests the shadow has seen, 0 to 1.
        tripped: names of the guards that have tripped.
        harmed: the cohorts in which outcomes show the challenger worse, in words.
        broken: why the challenger cannot answer; empty where it can.
        verdict: of the comparison with the champion, valid at any number of looks.
        telling: whether outcomes are informative about answers that were not served, as the fraud label of a payment is
            and a click is not; then the shadow can compare the two, request by request.
        in_shadow: the verdict with which the challenger left the shadow, where ``telling``.
        cleared: whether the challenger's clearance is in force at ``at``.
        because: ids of the records on which this observation rests.
    """

    at: int
    leapt: int = 0
    decisions: int = 0
    matured: int = 0
    coverage: float = 0.0
    tripped: tuple[str, ...] = ()
    harmed: tuple[str, ...] = ()
    broken: str = ""
    verdict: Verdict = "hold"
    telling: bool = False
    in_shadow: Verdict = "hold"
    cleared: bool = False
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutStep:
    """The step to take, its reason, and the reach it adds."""

    kind: StepKind
    reason: str
    reach: Reach | None = None


def advance(state: State, rules: Rules, sight: RolloutObservation) -> RolloutStep:
    """Return the next step of a rollout.

    Harm is checked first and needs no minimum; wider exposure needs clearance, time, decisions and outcomes. Where data
    is missing the rollout holds and never promotes. Where outcomes are ``telling``, a challenger is exposed only after
    its shadow has shown it better or not worse.
    """
    if state.stage == "canary":
        return _check_harm(sight) or _widen(state, rules, sight)
    if state.stage == "shadow":
        return _leave_shadow(state, rules, sight)
    return RolloutStep(kind="hold", reason="no challenger is being tried out")


def _check_harm(sight: RolloutObservation) -> RolloutStep | None:
    reasons = [f"guard {name} tripped" for name in sight.tripped]
    if sight.broken:
        reasons.append(sight.broken)
    if sight.verdict == "worse":
        reasons.append("outcomes show it worse than the champion")
    reasons += [f"outcomes show it worse where {cohort}" for cohort in sight.harmed]
    if not sight.cleared:
        reasons.append("its clearance is no longer in force")
    return RolloutStep(kind="rollback", reason="; ".join(reasons)) if reasons else None


def _describe_missing(state: State, rules: Rules, sight: RolloutObservation) -> str:
    if sight.verdict == "blocked":
        return "the sample ratio is off: no comparison counts until that is explained"
    needed = rules.find_current_step(state.reaches)
    lasted = sight.at - sight.leapt - state.since
    if lasted < needed.minimum_duration:
        so_far, least = format_duration(max(0, lasted)), format_duration(needed.minimum_duration)
        return f"this step has lasted {so_far}, and the minimum is {least}"
    if sight.decisions < needed.minimum_decisions:
        return f"the challenger has answered {sight.decisions:,} of at least {needed.minimum_decisions:,} requests here"
    if sight.matured < needed.minimum_outcomes:
        return f"{sight.matured:,} of at least {needed.minimum_outcomes:,} outcomes have matured to leave this step"
    return ""


def _widen(state: State, rules: Rules, sight: RolloutObservation) -> RolloutStep:
    missing = _describe_missing(state, rules, sight)
    if missing:
        return RolloutStep(kind="hold", reason=missing)
    wider = rules.find_next_step(state.reaches)
    if wider is not None:
        reason = "no guard tripped and the step has its minimum evidence"
        return RolloutStep(kind="widen", reason=reason, reach=wider.reach)
    if sight.matured < rules.minimum_outcomes:
        least = f"at least {rules.minimum_outcomes:,} outcomes have matured for a promotion"
        return RolloutStep(kind="hold", reason=f"{sight.matured:,} of {least}")
    if sight.verdict in FINE:
        return RolloutStep(
            kind="promote", reason=f"outcomes show it {_describe_verdict(sight.verdict)}", reach=EVERYBODY
        )
    if sight.in_shadow in FINE:
        reason = (
            f"its shadow showed it {_describe_verdict(sight.in_shadow)}, and nothing in the canary speaks against it"
        )
        return RolloutStep(kind="promote", reason=reason, reach=EVERYBODY)
    return RolloutStep(
        kind="hold", reason=f"{sight.matured:,} outcomes do not yet settle whether it stays within the margin"
    )


def _describe_verdict(verdict: Verdict) -> str:
    return (
        "not worse than the champion by more than the margin"
        if verdict == "not worse"
        else f"{verdict} than the champion"
    )


def _leave_shadow(state: State, rules: Rules, sight: RolloutObservation) -> RolloutStep:
    missing = _describe_missing(state, rules, sight)
    if missing:
        return RolloutStep(kind="hold", reason=missing)
    if sight.coverage < rules.shadow_coverage:
        return RolloutStep(kind="hold", reason=_describe_coverage(sight.coverage, rules.shadow_coverage))
    if sight.verdict == "worse":
        return RolloutStep(kind="rollback", reason="in shadow it is worse than the champion")
    if sight.telling and sight.verdict not in FINE:
        reason = f"{sight.matured:,} outcomes of its shadow answers do not settle yet whether it is better or not worse"
        return RolloutStep(kind="hold", reason=reason)
    if not sight.cleared:
        return RolloutStep(kind="hold", reason="it has no clearance to serve real units")
    shown = f"in shadow it is {sight.verdict}" if sight.verdict in FINE else "nothing in shadow speaks against it"
    return RolloutStep(kind="canary", reason=f"cleared, and {shown}", reach=rules.steps[0].reach)


def _describe_coverage(coverage: float, least: float) -> str:
    return f"the shadow has seen {coverage:.1%} of the requests, and the minimum is {least:.1%}"
