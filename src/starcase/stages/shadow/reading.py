"""Shadow readings: coverage, disagreement, and comparison by outcomes, valid at any number of looks."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from math import sqrt

from scipy.special import ndtri

from starcase.comparison.comparison_spec import ComparisonSpec
from starcase.comparison.interim_analysis import METHOD, Verdict, compute_reading, decide_overall_verdict
from starcase.contract.request import FloatArray
from starcase.errors import NotIdentifiable
from starcase.evidence import DecisionLog, Entry, Figure, Ledger
from starcase.evidence.figure import EvidenceClass
from starcase.evidence.records import MetricReading, ShadowRecord
from starcase.evidence.records.shadow import Compared
from starcase.inference import Moments, Ratio, compare_paired_ratios, estimate_noise, wilson
from starcase.stages.shadow.coverage import ShadowCoverage
from starcase.stages.shadow.outcomes import ABOVE, BELOW, GAINED, LOST, ShadowMetricTotals, ShadowOutcomes
from starcase.stages.shadow.worker import PATIENCE

LEVEL = 0.95
DISAGREEMENT = Ratio("different", "pairs")


class ShadowAnalysis:
    """Takes readings of one challenger's shadow; decisions already read are not read again.

    Args:
        ledger: takes every look.
        log: the decision log.
        terms: what is compared, and at which error rate.
        champion: name of the candidate that serves.
        challenger: name of the candidate in shadow.
        model: hash of its artefact.
        version: the plan under which it is a shadow.
        evidence_class: ``"replayed"`` where history is served, ``"recorded"`` for live traffic.
    """

    def __init__(
        self,
        ledger: Ledger,
        log: DecisionLog,
        terms: ComparisonSpec,
        *,
        champion: str,
        challenger: str,
        model: str,
        version: int,
        evidence_class: EvidenceClass = "recorded",
    ) -> None:
        self._ledger, self._log, self._terms = ledger, log, terms
        self._champion, self._challenger, self._model, self._version = champion, challenger, model, version
        self._class = evidence_class
        self._seen = ShadowCoverage(log, model, version)
        terms_known = [term for term in terms.each if term.metric.outcome_is_fact]
        self._outcomes = ShadowOutcomes(log, terms_known, terms.delay, model, version) if terms_known else None

    def look(self, at: int) -> tuple[Entry, ShadowRecord]:
        """Take a reading of what was served and had matured before ``at``, microseconds UTC, and record it."""
        record = self.read(at)
        key = f"{self._model[:16]} under plan {self._version} at {at}{self._terms.worded}"
        return self._ledger.append(record, key=key, at=at), record

    def read(self, at: int) -> ShadowRecord:
        """Compute the reading at ``at``; moments must not decrease."""
        seen, outcomes = self._seen, self._outcomes
        seen.update_to(at)
        if outcomes is not None:
            outcomes.update_to(at)
        metrics = self._read_metrics(at)
        quarantined = seen.failures >= PATIENCE
        said, why = self._decide_verdict(metrics, quarantined=quarantined)
        return ShadowRecord(
            champion=self._champion,
            challenger=self._challenger,
            since=at if seen.since is None else seen.since,
            until=at,
            pairs=seen.pairs,
            missed=seen.missed,
            failed=seen.failed,
            coverage=self._build_figure("coverage", seen.coverage, "share", seen.served),
            disagreement=self._measure_disagreement(),
            compared=self._classify_answers(),
            figures=(*self._measure_distance(), *(() if outcomes is None else self._collect_figures(outcomes))),
            model=self._model,
            version=self._version,
            lag=seen.lag,
            quarantined=quarantined,
            known=0 if outcomes is None else outcomes.each[0].known,
            verdict=said,
            why=why,
            method=METHOD,
            metrics=metrics,
            settings=self._terms.settings,
        )

    def _decide_verdict(self, metrics: tuple[MetricReading, ...], *, quarantined: bool) -> tuple[Verdict, str]:
        objective = self._terms.objective.metric
        if quarantined:
            return "hold", "the shadow is quarantined: it failed too often in a row"
        coverage, least = self._seen.coverage, self._terms.coverage
        if coverage < least:
            return "hold", f"the shadow has answered {coverage:.1%} of the requests, below the required {least:.1%}"
        if not objective.outcome_is_fact:
            return "hold", f"{objective.name} depends on the answer served and cannot judge answers not served"
        return decide_overall_verdict(metrics, self._terms)

    def _read_metrics(self, at: int) -> tuple[MetricReading, ...]:
        before = self._ledger.find_as_of(
            ShadowRecord, at - 1, lambda r: r.model == self._model and r.version == self._version
        )
        earlier = {} if before is None else {one.metric: one for one in before[1].metrics}
        found = (self._read_metric(known, earlier) for known in (() if self._outcomes is None else self._outcomes.each))
        return tuple(one for one in found if one is not None)

    def _read_metric(self, known: ShadowMetricTotals, earlier: Mapping[str, MetricReading]) -> MetricReading | None:
        above, below = known.totals[:, ABOVE], known.totals[:, BELOW]
        seen = compare_paired_ratios(above, below, unseen=known.unseen)
        if seen is None:
            return None
        champion, challenger = (above.sum(axis=0) / below.sum(axis=0)).tolist()
        before = earlier.get(known.term.metric.name)
        return compute_reading(
            self._terms, known.term, seen, (champion, challenger), earlier=before, evidence_class=self._class
        )

    def _measure_disagreement(self) -> Figure:
        share, low, high = _estimate_share(*self._seen.different.T)
        figure = self._build_figure("disagreement", share, "share", self._seen.pairs)
        return replace(figure, low=low, high=high, level=LEVEL)

    def _classify_answers(self) -> Compared:
        if self._seen.lists:
            return "items"
        return "content" if self._seen.contents else "action"

    def _measure_distance(self) -> tuple[Figure, ...]:
        """Measure the mean distance; nothing where answers are actions only: there disagreement is sufficient."""
        seen = self._seen
        if not seen.contents:
            return ()
        name = "mean distance between the lists" if seen.lists else "mean distance between the answers"
        return (self._build_figure(f"{name}, from the same to nothing in common", seen.distance, "share", seen.pairs),)

    def _collect_figures(self, outcomes: ShadowOutcomes) -> tuple[Figure, ...]:
        objective, matured = outcomes.each[0], outcomes.matured
        known = self._build_figure(
            "outcomes known of matured pairs", objective.known / max(1, matured), "share", matured
        )
        return (
            *((known,) if matured else ()),
            self._build_figure("outcomes that stand for others never known", objective.rare, "count", objective.known),
            self._build_figure("decisions they stand for", objective.stands_for, "count", objective.rare),
            *(figure for known in outcomes.each for figure in self._count_changes(known)),
        )  # fmt: skip

    def _count_changes(self, known: ShadowMetricTotals) -> tuple[Figure, ...]:
        metric, totals = known.term.metric, known.totals
        unit = "count" if metric.unit == "share" else metric.unit
        return (
            self._build_figure(f"{metric.name}, better in shadow", float(totals[:, GAINED].sum()), unit, known.gained),
            self._build_figure(f"{metric.name}, worse in shadow", float(totals[:, LOST].sum()), unit, known.lost),
        )

    def _build_figure(self, name: str, value: float, unit: str, n: int) -> Figure:
        return Figure(name=name, value=value, unit=unit, n=n, evidence_class=self._class)


def _estimate_share(different: FloatArray, pairs: FloatArray) -> tuple[float, float, float]:
    """Estimate the share of pairs that differ with its interval; Wilson's over units where it does not vary."""
    units, moments = len(pairs), Moments.from_columns({"different": different, "pairs": pairs})
    share = float(different.sum() / pairs.sum()) if units else 0.0
    if 0 < share < 1:
        with suppress(NotIdentifiable):
            error = estimate_noise(DISAGREEMENT, moments).deviation / sqrt(units)
            half = float(ndtri((1 + LEVEL) / 2)) * error
            return share, max(0.0, share - half), min(1.0, share + half)
    plain = wilson(share * units, units, LEVEL) if units else None
    return (share, plain.low, plain.high) if plain else (share, 0.0, 1.0)
