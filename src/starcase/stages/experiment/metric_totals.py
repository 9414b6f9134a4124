"""Totals of one metric by unit, stage and arm."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from starcase.comparison.comparison_spec import ComparisonSpec, MetricSpec, estimate_unseen_variance
from starcase.comparison.interim_analysis import compute_reading
from starcase.evidence.figure import EvidenceClass
from starcase.evidence.records import MetricReading
from starcase.inference import UnitSums, compare_staged_ratios

FloatArray = npt.NDArray[np.float64]
ABOVE, BELOW, TREATED = range(3)


class ArmMetricTotals:
    """Totals of one metric.

    Args:
        term: the metric and its margin.
        challenger: name of the challenger's arm.
    """

    def __init__(self, term: MetricSpec, challenger: str) -> None:
        self.term = term
        self.known = [0, 0]
        self.sums = UnitSums(3)
        self.missing = [0, 0]
        self.rare = [0, 0]
        self.largest = 0.0
        self._challenger = challenger

    def add(self, rows: pl.DataFrame, stages: npt.NDArray[np.int64]) -> None:
        """Add matured decisions; decisions without a known outcome are skipped."""
        both = self.term.metric.per_decision(rows)
        counts = (both["numerator"].is_not_null() & both["denominator"].is_not_null()).to_numpy()
        arm = (rows["arm"] == self._challenger).to_numpy()
        treated = arm[counts]
        counted = both.filter(counts).to_numpy()
        self.largest = max(self.largest, float(np.abs(counted[:, 0]).max(initial=0.0)))
        values = np.column_stack([counted, treated.astype(np.float64)])
        self.sums.add(rows.filter(counts)["unit"].to_list(), stages[counts], values)
        rare = (rows["outcome_weight"] > 1).fill_null(value=False).to_numpy()
        for one, mine in enumerate((~arm, arm)):
            self.rare[one] += int((mine & counts & rare).sum())
            self.known[one] += int((mine & counts).sum())
            self.missing[one] += int((mine & ~counts).sum())

    @property
    def unseen(self) -> tuple[float, float]:
        """Return the variance that unobserved outcomes add to each arm's sum."""
        control, treatment = (
            estimate_unseen_variance(self.term, missing=missing, rare=rare, largest=self.largest)
            for missing, rare in zip(self.missing, self.rare, strict=True)
        )
        return control, treatment

    def arms(self, stages: int) -> tuple[FloatArray, FloatArray, npt.NDArray[np.bool_]]:
        """Numerators, denominators and whether treated, each (n_units, n_stages)."""
        totals = self.sums.totals(stages)
        return totals[..., ABOVE], totals[..., BELOW], totals[..., TREATED] > 0

    def values(self, share: FloatArray) -> tuple[float, float]:
        """The metric of the champion and of the challenger, over the stages in which both serve."""
        above, below, treated = self.arms(share.size)
        both = (share > 0) & (share < 1)
        champion, challenger = (
            float((above * arm).sum() / (below * arm).sum()) for arm in (~treated & both, treated & both)
        )
        return champion, challenger

    def look(
        self, terms: ComparisonSpec, share: FloatArray, *, earlier: MetricReading | None, evidence_class: EvidenceClass
    ) -> MetricReading | None:
        """Return the reading of the metric; None without enough data.

        Args:
            terms: of the comparison.
            share: (n_stages,) the challenger's share of units.
            earlier: the same metric at the last look.
            evidence_class: how the numbers come about.
        """
        above, below, treated = self.arms(share.size)
        seen = compare_staged_ratios(above, below, treated, share, unseen=self.unseen)
        if seen is None:
            return None
        return compute_reading(
            terms, self.term, seen, self.values(share), earlier=earlier, evidence_class=evidence_class
        )
