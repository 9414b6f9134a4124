"""The terms on which champion and challenger are compared once they serve: metrics, margins, error rate, patience."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

from starcase.casefile.verdict_settings import LOOK, hash_settings, select_verdict_settings
from starcase.contract.case_spec import Case, ClaimSpec, GuardrailSpec
from starcase.contract.model import LiveMetric
from starcase.contract.system import System
from starcase.errors import CaseFileError, NotIdentifiable
from starcase.evidence.records import PlanRecord, Setting
from starcase.inference import CombinedDesign, Design
from starcase.tables.duration import parse_duration

FOR_EARLY = 0.2
EARLY = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSpec:
    """One live metric, and how much worse the challenger may be in it and still count as no worse."""

    metric: LiveMetric
    margin: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonSpec:
    """What a comparison is about.

    Args:
        objective: the metric that decides.
        guardrails: metrics in which the challenger must not be worse.
        alpha: chance that the comparison calls a challenger of no effect better or worse, over all looks and metrics.
        effect: the smallest difference worth finding, in the objective's unit; above 0.
        power: the chance of finding it at the planned size.
        delay: how long an outcome takes to become known, microseconds.
        coverage: share of served requests a shadow must have seen before its verdict counts.
        claims: what somebody said a challenger changes, in live metrics.
        part: of the planned size that is looked at, in (0, 1].
        settings: the keys of case.toml behind all this; every plan keeps them, and a look that differs from its plan.
        wording: id of the case record they stand in.
    """

    objective: MetricSpec
    guardrails: tuple[MetricSpec, ...]
    alpha: float
    effect: float
    power: float
    delay: int
    coverage: float
    claims: tuple[ClaimSpec, ...] = ()
    part: float = 1.0
    settings: tuple[Setting, ...] = ()
    wording: str = ""

    @property
    def each(self) -> tuple[MetricSpec, ...]:
        """The objective, then the guardrails."""
        return (self.objective, *self.guardrails)

    @property
    def alpha_each(self) -> float:
        """The part of ``alpha`` each metric may use up (Bonferroni)."""
        return self.alpha / len(self.each)

    @property
    def design(self) -> Design:
        """How most of each metric's error rate is spent over the looks, up to the planned size and after it."""
        return self.spent.design

    @property
    def spent(self) -> CombinedDesign:
        """How all of it is spent: a part on harm far beyond the margin, which need not wait for the planned size."""
        return CombinedDesign.from_budget(alpha=self.alpha_each, power=self.power, early=FOR_EARLY, best=EARLY)

    def compute_planned_error(self, term: MetricSpec) -> float:
        """The standard error at which the smallest difference worth finding is found with ``power``."""
        worth = self.effect if term is self.objective else term.margin or self.effect
        return float(worth / self.design.drift / sqrt(self.part))

    @property
    def worded(self) -> str:
        """What a look's key ends in where its settings are not those of its plan; empty where they are."""
        return f" under {hash_settings(self.settings)}" if self.settings else ""

    def drop_planned_settings(self, plan: PlanRecord) -> ComparisonSpec:
        """The terms of a look: it keeps its settings only where they are not those of its plan."""
        return replace(self, settings=()) if plan.settings in {self.settings, ()} else self

    def scale_alpha(self, part: float) -> ComparisonSpec:
        """The same with a part of ``alpha``, where one error rate is shared between stages."""
        return replace(self, alpha=self.alpha * part)


def select_offline_guardrails(case: Case, system: System) -> tuple[GuardrailSpec, ...]:
    """The guardrails that a contest and a gate can measure; the others are live metrics, and experiments hold them."""
    offline = {metric.name for metric in system.metrics(case)}
    live = {metric.name for metric in system.live_metrics(case)}
    return tuple(rail for rail in case.guardrails if rail.metric in offline or rail.metric not in live)


def split_claims(case: Case, system: System) -> tuple[tuple[ClaimSpec, ...], tuple[ClaimSpec, ...]]:
    """The claims a contest answers, and those an experiment answers: they promise changes of live metrics alone."""
    live = {metric.name for metric in system.live_metrics(case)}
    served = tuple(claim for claim in case.claims if set(claim.changes) <= live)
    return tuple(claim for claim in case.claims if claim not in served), served


def build_comparison_spec(case: Case, system: System) -> ComparisonSpec:
    """The terms of a case: its metric or the system's first one, and those of its guardrails that can be seen live.

    Raises:
        CaseFileError: ``[experiment]`` names a metric that the system cannot measure live.
        NotIdentifiable: the system measures nothing live, or no difference was said to be worth finding.
    """
    live = {metric.name: metric for metric in system.live_metrics(case)}
    if not live:
        raise NotIdentifiable(
            f"the system {system.name!r} has no live metric", mend="outcomes cannot compare arms; give it one"
        )
    name = case.experiment.metric or next(iter(live))
    if name not in live:
        raise CaseFileError(f"{name!r} is no live metric", key="experiment.metric", mend=f"known: {', '.join(live)}")
    effect = case.experiment.effect or case.rollout.margin
    if not effect:
        raise NotIdentifiable(
            "no difference was said to be worth finding",
            where="[experiment] effect, [rollout] margin",
            mend="set one of them above 0, in the metric's unit",
        )
    guardrails = tuple(
        MetricSpec(metric=live[rail.metric], margin=rail.margin)
        for rail in case.guardrails
        if rail.metric in live and rail.metric != name
    )
    return ComparisonSpec(
        objective=MetricSpec(metric=live[name], margin=case.rollout.margin),
        guardrails=guardrails,
        alpha=case.rollout.alpha,
        effect=effect,
        power=case.experiment.power,
        delay=parse_duration(case.data.delay, key="data.delay"),
        coverage=case.rollout.shadow_coverage,
        claims=split_claims(case, system)[1],
        settings=select_verdict_settings(case, LOOK),
    )


def estimate_unseen_variance(term: MetricSpec, *, missing: int, rare: int, largest: float) -> float:
    """The variance of the sum of a metric's numerators that comes from decisions whose outcome was not seen.

    Where an outcome is seen with probability 1/w, a share's sum varies by w - 1 for each that went wrong. How many of
    the missing did is told by those seen in their place, with one more that went wrong added to them. One decision that
    may still go wrong is always allowed for; in anything but a share it is as large as the largest seen.

    Args:
        term: the metric in question.
        missing: matured decisions whose outcome was not seen and could matter.
        rare: decisions seen that stand for others.
        largest: the largest numerator of one decision seen.
    """
    if term.metric.unit != "share":
        return largest**2
    return 1.0 + missing * (term.metric.largest_weight - 1.0) / (rare + 1)
