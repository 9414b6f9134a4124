"""Read a running experiment: the sample ratio, then matured outcomes, with always-valid inference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from starcase.comparison.comparison_spec import ComparisonSpec
from starcase.comparison.interim_analysis import METHOD, decide_overall_verdict
from starcase.decide import Reach
from starcase.evidence import DecisionLog, Entry, Figure, Ledger
from starcase.evidence.figure import EvidenceClass
from starcase.evidence.records import ArmFigure, MetricReading, PlanRecord, ReadingRecord
from starcase.stages.experiment.claims import evaluate_claims
from starcase.stages.experiment.cohorts import Cohorts
from starcase.stages.experiment.exposure import Exposure, Stage, list_cohorts, list_stages
from starcase.stages.experiment.metric_totals import ArmMetricTotals
from starcase.stages.experiment.outcomes import Outcomes
from starcase.stages.experiment.segment_membership import SegmentMembership
from starcase.stages.experiment.segments import ExperimentSegments

SAMPLE_RATIO_ALPHA = 0.001
NEVER = 2**62
FloatArray = npt.NDArray[np.float64]
Said = Literal["better", "not worse", "worse", "hold", "blocked"]


class Experiment:
    """Reads one experiment incrementally: a further reading processes only new decisions.

    What a look says depends on the log, the ledger and the moment alone: a process that was killed and reads everything
    again says the same, to the last bit.

    Args:
        ledger: holds the rollout's steps, takes every look.
        log: the decision log.
        terms: what is compared, and at which error rate.
        plan: what was fixed before the first unit.
        segments: which segment each unit belongs to; each reading then speaks of every segment too.
        cohorts: of the rollout, each of which is tested for harm separately.
        evidence_class: ``"replayed"`` where history is served; only ``"experiment"`` may say "caused".
    """

    def __init__(
        self,
        ledger: Ledger,
        log: DecisionLog,
        terms: ComparisonSpec,
        plan: PlanRecord,
        *,
        segments: SegmentMembership | None = None,
        cohorts: Cohorts | None = None,
        evidence_class: EvidenceClass = "experiment",
    ) -> None:
        self._ledger, self._log, self._terms, self._plan = ledger, log, terms, plan
        self._class, self._cohorts = evidence_class, cohorts
        self._segments = None if segments is None else ExperimentSegments(segments, terms, evidence_class)
        self._exposure: Exposure | None = None
        self._outcomes: Outcomes | None = None

    def look(self, at: int) -> tuple[Entry, ReadingRecord]:
        """Read the decisions that had matured before ``at``, microseconds UTC, and record the reading."""
        record = self.read(at)
        key = f"{self._plan.experiment} at {at}{self._terms.worded}"
        return self._ledger.append(record, key=key, at=at), record

    def read(self, at: int) -> ReadingRecord:
        """Return the reading at ``at``; moments must not decrease."""
        stages = list_stages(self._ledger, self._plan.experiment)
        exposure, outcomes = self._open_readers(stages)
        cohorts = list_cohorts(self._ledger, self._plan.experiment)
        exposure.update(at, stages, cohorts)
        outcomes.update(at, stages)
        before = self._ledger.find_as_of(ReadingRecord, at - 1, lambda r: r.experiment == self._plan.experiment)
        earlier = None if before is None else before[1]
        served = sum(exposure.decisions)
        share = np.array([stage.share for stage in stages])
        metrics = self._read_metrics(outcomes, share, earlier)
        ratio = self._test_sample_ratio(exposure, cohorts, earlier)
        said, why = self._decide_verdict(ratio, metrics, stages)
        segments, differ = self._segments.look(outcomes.each, share, earlier) if self._segments else ((), None)
        return ReadingRecord(
            experiment=self._plan.experiment,
            plan=self._plan.sha256,
            arms=tuple(self._summarize_arm(number, exposure, outcomes, stages) for number in (0, 1)),
            difference=metrics[0].difference if metrics else None,
            matured=self._build_figure("matured decisions", outcomes.matured / max(1, served), "share", served),
            sample_ratio=ratio,
            verdict=said,
            why=why,
            method=METHOD,
            metrics=metrics,
            segments=segments,
            figures=self._collect_figures(exposure, outcomes),
            heterogeneity=differ,
            segmentation=self._segments.named if self._segments else "",
            claims=evaluate_claims(self._terms.claims, metrics, self._plan),
            cohorts=self._cohorts.look(share, earlier.cohorts if earlier else ()) if self._cohorts else (),
            settings=self._terms.settings,
        )

    def _open_readers(self, stages: Sequence[Stage]) -> tuple[Exposure, Outcomes]:
        """Open the readers at the first stage that exposes a unit."""
        if self._exposure is None or self._outcomes is None:
            challenger, terms = self._plan.challenger, self._terms
            first = stages[0].version if stages else NEVER
            exposure = Exposure(self._log, challenger, first)
            outcomes = Outcomes(self._log, terms.each, terms.delay, challenger, first, self._cohorts)
            if not stages:
                return exposure, outcomes
            self._exposure, self._outcomes = exposure, outcomes
        return self._exposure, self._outcomes

    def _read_metrics(
        self, outcomes: Outcomes, share: FloatArray, earlier: ReadingRecord | None
    ) -> tuple[MetricReading, ...]:
        before = {one.metric: one for one in earlier.metrics} if earlier else {}
        found = (
            known.look(self._terms, share, earlier=before.get(known.term.metric.name), evidence_class=self._class)
            for known in outcomes.each
        )
        return tuple(filter(None, found))

    def _test_sample_ratio(self, exposure: Exposure, cohorts: Sequence[Reach], earlier: ReadingRecord | None) -> Figure:
        """Test the sample ratio over all cohorts; each has a share of the error rate, fixed before it is reached."""
        ratios = exposure.sample_ratios
        several = bool(cohorts and cohorts[0].cohorts)
        parts = {n: 1 / ((n + 1) * (n + 2)) if several else 1.0 for n in ratios}
        now = min((ratio.p_value / parts[n] for n, ratio in ratios.items()), default=1.0)
        p_value = min(now, 1.0 if earlier is None else earlier.sample_ratio.value)
        units = sum(ratio.units for ratio in ratios.values())
        return self._build_figure("sample ratio, p-value over all looks", p_value, "probability", units)

    def _decide_verdict(
        self, ratio: Figure, metrics: Sequence[MetricReading], stages: Sequence[Stage]
    ) -> tuple[Said, str]:
        if ratio.value < SAMPLE_RATIO_ALPHA:
            return "blocked", (
                f"the arms do not receive units in their assigned shares (p = {ratio.value:.2g}): the loss of "
                "units may depend on the arm"
            )
        if stages and not any(stage.compares for stage in stages):
            return "hold", (
                "the challenger serves all units, so there is no control at the same time: guards and the shadow "
                "monitor it, and nothing is compared"
            )
        return decide_overall_verdict(metrics, self._terms)

    def _summarize_arm(
        self, treated: int, exposure: Exposure, outcomes: Outcomes, stages: Sequence[Stage]
    ) -> ArmFigure:
        return ArmFigure(
            arm=self._plan.challenger if treated else self._plan.champion,
            units=exposure.units[treated],
            figures=tuple(filter(None, (self._compute_value(known, treated, len(stages)) for known in outcomes.each))),
            decisions=exposure.decisions[treated],
            known=outcomes.each[0].known[treated],
        )

    def _compute_value(self, known: ArmMetricTotals, treated: int, stages: int) -> Figure | None:
        """Return the metric of one arm; None if its denominator is 0, such as a recall without positives."""
        above, below, arms = known.arms(stages)
        mine = arms if treated else ~arms
        total = float((below * mine).sum())
        if not total:
            return None
        value = float((above * mine).sum()) / total
        return self._build_figure(known.term.metric.name, value, known.term.metric.unit, known.known[treated])

    def _collect_figures(self, exposure: Exposure, outcomes: Outcomes) -> tuple[Figure, ...]:
        known, served = sum(outcomes.each[0].known), sum(exposure.decisions)
        alone = self._build_figure(
            "challenger's decisions without a control", exposure.alone, "count", exposure.decisions[1]
        )
        return (
            *((alone,) if exposure.alone else ()),
            self._build_figure("decisions not matured yet", served - outcomes.matured, "count", served),
            self._build_figure("matured decisions whose outcome is not known", outcomes.matured - known, "count",
                         outcomes.matured),
            self._build_figure("units that met both arms out of turn", exposure.crossed, "count", sum(exposure.units)),
            self._build_figure("challenger's requests answered by the champion", exposure.answered_by_champion, "count",
                         exposure.decisions[1]),
        )  # fmt: skip

    def _build_figure(self, name: str, value: float, unit: str, n: int) -> Figure:
        return Figure(name=name, value=float(value), unit=unit, n=n, evidence_class=self._class)
