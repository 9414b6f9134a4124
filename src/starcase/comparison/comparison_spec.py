"""The specification of a live comparison of champion and challenger: metrics, margins, error rate, planned size."""

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
    """A live metric and its margin: how much worse the challenger may be and still count as not worse."""

    metric: LiveMetric
    margin: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonSpec:
    """The specification of a comparison.

    Args:
        objective: the metric that decides.
        guardrails: metrics in which the challenger must not be worse.
        alpha: the probability of calling a challenger without effect better or worse, over all looks and metrics.
        effect: the smallest difference worth finding, in the objective's unit; above 0.
        power: the probability of finding it at the planned size.
        delay: the time until an outcome is known, microseconds.
        coverage: share of served requests a shadow must have processed before its verdict counts.
        claims: claims about changes of live metrics by the challenger.
        part: the share of the planned size that is used, in (0, 1].
        settings: the keys of case.toml that define the comparison; every plan keeps them, and a look if they differ
            from its plan.
        wording: id of the case record that contains them.
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
        """The part of ``alpha`` for each metric (Bonferroni)."""
        return self.alpha / len(self.each)

    @property
    def design(self) -> Design:
        """The spending of most of each metric's error rate over the looks, up to the planned size and after it."""
        return self.spent.design

    @property
    def spent(self) -> CombinedDesign:
        """The spending of the whole error rate: a part is for early detection of harm far beyond the margin."""
        return CombinedDesign.from_budget(alpha=self.alpha_each, power=self.power, early=FOR_EARLY, best=EARLY)

    def compute_planned_error(self, term: MetricSpec) -> float:
        """Return the standard error at which the smallest difference worth finding is found with ``power``."""
        worth = self.effect if term is self.objective else term.margin or self.effect
        return float(worth / self.design.drift / sqrt(self.part))

    @property
    def worded(self) -> str:
        """The suffix of a look's key if its settings differ from those of its plan; empty otherwise."""
        return f" under {hash_settings(self.settings)}" if self.settings else ""

    def drop_planned_settings(self, plan: PlanRecord) -> ComparisonSpec:
        """Return the specification of a look: it keeps its settings only if they differ from those of its plan."""
        return replace(self, settings=()) if plan.settings in {self.settings, ()} else self

    def scale_alpha(self, part: float) -> ComparisonSpec:
        """Return the specification with a part of ``alpha``, for stages that share one error rate."""
        return replace(self, alpha=self.alpha * part)


def select_offline_guardrails(case: Case, system: System) -> tuple[GuardrailSpec, ...]:
    """Return the guardrails that a contest and a gate can measure; experiments measure the others, which are live."""
    offline = {metric.name for metric in system.metrics(case)}
    live = {metric.name for metric in system.live_metrics(case)}
    return tuple(rail for rail in case.guardrails if rail.metric in offline or rail.metric not in live)


def split_claims(case: Case, system: System) -> tuple[tuple[ClaimSpec, ...], tuple[ClaimSpec, ...]]:
    """Return the claims a contest answers, and those an experiment answers (changes of live metrics only)."""
    live = {metric.name for metric in system.live_metrics(case)}
    served = tuple(claim for claim in case.claims if set(claim.changes) <= live)
    return tuple(claim for claim in case.claims if claim not in served), served


def build_comparison_spec(case: Case, system: System) -> ComparisonSpec:
    """Return the comparison of a case: its metric or the system's first one, and its guardrails with a live metric.

    Raises:
        CaseFileError: ``[experiment]`` names a metric that the system cannot measure live.
        NotIdentifiable: the system has no live metric, or the smallest difference worth finding is 0.
    """
    live = {metric.name: metric for metric in system.live_metrics(case)}
    if not live:
        raise NotIdentifiable(
            f"the system {system.name!r} has no live metric",
            why="arms are compared by live metrics",
            mend="add a metric to its `live_metrics`",
        )
    name = case.experiment.metric or next(iter(live))
    if name not in live:
        raise CaseFileError(f"{name!r} is not a live metric", key="experiment.metric", mend=f"known: {', '.join(live)}")
    effect = case.experiment.effect or case.rollout.margin
    if not effect:
        raise NotIdentifiable(
            "the smallest difference worth finding is not set",
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
    """Return the variance of the sum of a metric's numerators due to unobserved outcomes.

    If an outcome is observed with probability 1/w, each positive one adds w - 1 to the variance of a share's sum. The
    number of positive ones among the missing is estimated from the observed ones, with one positive added. One further
    positive decision is always allowed for; for a metric that is not a share it is as large as the largest observed.

    Args:
        term: the metric.
        missing: matured decisions whose outcome was not observed and could matter.
        rare: observed decisions that represent others.
        largest: the largest numerator of an observed decision.
    """
    if term.metric.unit != "share":
        return largest**2
    return 1.0 + missing * (term.metric.largest_weight - 1.0) / (rare + 1)
