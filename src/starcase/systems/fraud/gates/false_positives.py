"""A gate on false positives at equal recall."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from starcase.contract.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.inference import Resampling
from starcase.stages.gate.limit_check import build_unknown_result, check_limit
from starcase.stages.gate.matured_rows import select_matured_rows
from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.metrics.ranking_counts import RankingCounts, build_ranking_table, count_by_score


@dataclass(frozen=True, slots=True, kw_only=True)
class FalsePositives:
    """A limit on false positives at equal recall relative to the incumbent, independent of thresholds.

    Args:
        recall: the share of frauds both must catch.
        times: how many times the incumbent's false positives are tolerated.
        frauds: with fewer known frauds the gate is failed-unknown.
        level: coverage of the interval.
        draws: bootstrap draws.

    >>> FalsePositives().required
    'at 80 % recall at most 2 times the false positives of the incumbent: 95 % paired interval over independent units'
    """

    recall: float = 0.8
    times: float = 2.0
    frauds: float = 30.0
    level: float = 0.95
    draws: float = 500.0
    name: str = field(default="false_positives", init=False)

    @property
    def required(self) -> str:
        """The condition in words."""
        return (
            f"at {self.recall * 100:g} % recall at most {self.times:g} times the false positives of the incumbent: "
            f"{self.level * 100:g} % paired interval over independent units"
        )

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Check the ratio of false positives with its interval; 0.5 is added to each count, so that it is defined."""
        known = select_matured_rows(evidence)
        frauds = int((known.outcome == 1).sum())
        if frauds < self.frauds:
            why = f"{frauds} frauds are known in the span, and {self.frauds:g} are needed"
            return build_unknown_result(self, why)
        ours, theirs = build_ranking_table(known.answers, known.rows), build_ranking_table(known.incumbent, known.rows)
        resampling = Resampling(known.clusters, draws=int(self.draws), seed=evidence.seed)

        def ratio(weights: FloatArray) -> FloatArray:
            return np.asarray(
                (self._count(count_by_score(ours, weights)) + 0.5)
                / (self._count(count_by_score(theirs, weights)) + 0.5)
            )

        effect = resampling.effect(ratio, level=self.level)
        ones = np.ones((1, known.rows.height))
        counts = {
            "candidate": self._count(count_by_score(ours, ones)),
            "incumbent": self._count(count_by_score(theirs, ones)),
        }
        figures = tuple(
            Figure(
                name=f"false positives of the {who} at {self.recall * 100:g} % recall", value=float(count[0]),
                unit="count", n=known.rows.height - frauds, evidence_class="offline",
            )
            for who, count in counts.items()
        )  # fmt: skip
        observed = Figure(
            name="false positives against the incumbent's", value=effect.estimate, unit="ratio", low=effect.low,
            high=effect.high, level=self.level, n=effect.n, evidence_class="offline",
        )  # fmt: skip
        return check_limit(self, observed, self.times, figures=figures)

    def _count(self, counted: RankingCounts) -> FloatArray:
        """(draws,) weight of legitimate rows above the highest threshold that reaches the recall."""
        enough = counted.caught >= self.recall * counted.all_frauds[:, None] * (1 - 1e-12)
        first = enough.argmax(axis=1)
        rows = np.arange(len(first))
        return np.asarray(counted.alerts[rows, first] - counted.caught[rows, first])
