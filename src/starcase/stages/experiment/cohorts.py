"""Readings of each cohort separately, so that gains elsewhere do not hide harm in one cohort."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from starcase.comparison.comparison_spec import ComparisonSpec
from starcase.contract.request import Scalar
from starcase.decide import Reach
from starcase.evidence import DecisionLog
from starcase.evidence.figure import EvidenceClass
from starcase.evidence.records import CohortReading
from starcase.stages.experiment.metric_totals import ArmMetricTotals

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The requests with one value of a rollout's cohort feature, or with none of the named values.

    Args:
        feature: its name.
        values: those that belong.
        others: whether it holds the requests with none of them.
    """

    feature: str
    values: frozenset[str | int | bool]
    others: bool = False

    def meets(self, features: Mapping[str, Scalar]) -> bool:
        """Return whether a request belongs to the cohort."""
        return (features.get(self.feature) in self.values) != self.others

    def __str__(self) -> str:
        """Return the cohort in words: ``platform is web``, ``platform is neither tv nor web``."""
        named = sorted(map(str, self.values))
        if not self.others:
            return f"{self.feature} is {' or '.join(named)}"
        return f"{self.feature} is {'neither ' + ' nor '.join(named) if len(named) > 1 else 'not ' + named[0]}"


def find_cohorts(reaches: Iterable[Reach]) -> tuple[Cohort, ...]:
    """Return a cohort for each feature value in the steps of a rollout, and one for all others; none without cohorts.

    >>> [str(one) for one in find_cohorts([Reach.from_share(0.1, {"platform": ["web"]}), Reach.from_share(0.5)])]
    ['platform is web', 'platform is not web']
    """
    named: dict[str, set[str | int | bool]] = {}
    for reach in reaches:
        for feature, values in reach.cohorts:
            named.setdefault(feature, set()).update(values)
    return tuple(
        cohort for feature, values in sorted(named.items()) for cohort in _split_values(feature, frozenset(values))
    )


def _split_values(feature: str, values: frozenset[str | int | bool]) -> Iterator[Cohort]:
    for value in sorted(values, key=repr):
        yield Cohort(feature=feature, values=frozenset({value}))
    yield Cohort(feature=feature, values=values, others=True)


class Cohorts:
    """Tests every cohort of a rollout for harm.

    All cohorts and metrics share one error rate: the chance that any of them is called worse where nothing differs is
    at most half of it, because the other half is spent on the other side. How many there are is settled by the steps
    that case.toml names, whatever has come so far.

    Args:
        log: the decision log.
        cohorts: of the rollout.
        terms: metrics, margins, and the error rate that all cohorts share.
        challenger: name of the challenger's arm.
        evidence_class: how the numbers come about.
    """

    def __init__(
        self,
        log: DecisionLog,
        cohorts: Sequence[Cohort],
        terms: ComparisonSpec,
        challenger: str,
        evidence_class: EvidenceClass,
    ) -> None:
        self._log, self._class = log, evidence_class
        self._terms = replace(terms.scale_alpha(1 / len(cohorts)), part=1 / len(cohorts))
        self._known = {one: tuple(ArmMetricTotals(term, challenger) for term in terms.each) for one in cohorts}

    def add(self, outcome: str, rows: pl.DataFrame, stages: npt.NDArray[np.int64]) -> None:
        """Add decisions that have matured for the metrics that read this outcome."""
        if not rows.height:
            return
        features = self._read_features(rows)
        for cohort, each in self._known.items():
            mine = np.array([cohort.meets(one) for one in features], dtype=np.bool_)
            for known in each:
                if known.term.metric.outcome == outcome:
                    known.add(rows.filter(mine), stages[mine])

    def look(self, share: FloatArray, earlier: Sequence[CohortReading]) -> tuple[CohortReading, ...]:
        """Return one reading for each cohort with enough data.

        Args:
            share: (n_stages,) the challenger's share of units.
            earlier: what the last look said.
        """
        before = {one.cohort: {metric.metric: metric for metric in one.metrics} for one in earlier}
        found = []
        for cohort, each in self._known.items():
            name = str(cohort)
            last = before.get(name, {})
            looks = (
                known.look(self._terms, share, earlier=last.get(known.term.metric.name), evidence_class=self._class)
                for known in each
            )
            metrics = tuple(filter(None, looks))
            harmed = any(one.verdict == "worse" for one in metrics)
            if metrics:
                found.append(
                    CohortReading(cohort=name, metrics=metrics, verdict="worse" if harmed else "no harm shown")
                )
        return tuple(found)

    def _read_features(self, rows: pl.DataFrame) -> list[Mapping[str, Scalar]]:
        seqs = rows["seq"].to_list()
        found = dict(self._log.features(min(seqs) - 1, max(seqs)))
        return [found[seq] for seq in seqs]
