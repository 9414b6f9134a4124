"""Matured outcomes of champion and shadow over the same requests, added up by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from starcase.comparison.comparison_spec import MetricSpec, estimate_unseen_variance
from starcase.contract.model import reads_content
from starcase.evidence import DecisionLog
from starcase.evidence.decisions.matured_decisions import MaturedDecisionReader
from starcase.evidence.decisions.tables import CONTENT, DECISIONS, SHADOW_CONTENT
from starcase.inference import UnitSums
from starcase.stages.shadow.disagreement import ANSWERED

FloatArray = npt.NDArray[np.float64]
ABOVE, BELOW, GAINED, LOST = slice(0, 2), slice(2, 4), 4, 5
COLUMNS = 6


@dataclass(slots=True)
class ShadowMetricTotals:
    """Totals of one metric over pairs with matured outcomes.

    Args:
        term: the metric and its margin.
    """

    term: MetricSpec
    sums: UnitSums = field(default_factory=lambda: UnitSums(COLUMNS))
    missing: int = 0
    rare_apart: int = 0
    largest: float = 0.0
    known: int = 0
    gained: int = 0
    lost: int = 0
    rare: int = 0
    stands_for: float = 0.0

    def add(self, rows: pl.DataFrame) -> None:
        """Add matured pairs; those without a known outcome are not counted."""
        content = [name for name in (CONTENT,) if name in rows.columns]
        served = rows.select(*DECISIONS, *content)
        instead = served.with_columns(rows[f"shadow_{name}"].alias(name) for name in ("action", "score", *content))
        both = [self.term.metric.per_decision(table) for table in (served, instead)]
        (above, below), (above_instead, below_instead) = (one.iter_columns() for one in both)
        values = pl.DataFrame(
            {"a0": above, "a1": above_instead, "b0": below, "b1": below_instead, "weight": served["outcome_weight"]}
        )
        counts = values.select(pl.all_horizontal(pl.col("a0", "a1", "b0", "b1").is_not_null())).to_series()
        values, units = values.filter(counts), rows.filter(counts)["unit"].to_list()
        self.largest = max(self.largest, float(values.select("a0", "a1").to_numpy().max(initial=0.0)))
        apart = rows["action"] != rows["shadow_action"]
        if content:
            apart |= rows[CONTENT].ne_missing(rows[SHADOW_CONTENT])
        self.missing += int((~counts & apart).sum())
        self.rare_apart += int((counts & apart & (rows["outcome_weight"] > 1).fill_null(value=False)).sum())
        good = 1.0 if self.term.metric.direction == "higher" else -1.0
        gain = good * (values["a1"] - values["a0"]).to_numpy()
        columns = np.column_stack(
            [values.select("a0", "a1", "b0", "b1").to_numpy(), np.maximum(gain, 0), np.maximum(-gain, 0)]
        )
        self.sums.add(units, np.zeros(len(units), dtype=np.int64), columns)
        self.known += len(units)
        self.gained += int(np.count_nonzero(gain > 0))
        self.lost += int(np.count_nonzero(gain < 0))
        rare = values["weight"].filter(values["weight"] > 1).to_list()
        self.rare += len(rare)
        for weight in rare:
            self.stands_for += weight

    @property
    def unseen(self) -> float:
        """The variance that unseen outcomes add, for requests on which the two differ."""
        return estimate_unseen_variance(self.term, missing=self.missing, rare=self.rare_apart, largest=self.largest)

    @property
    def totals(self) -> FloatArray:
        """(n_units, 6): numerators of champion and challenger, denominators of both, what was gained, what was lost."""
        return self.sums.totals(1)[:, 0]


class ShadowOutcomes:
    """Matured outcomes of the pairs, each read once for all metrics.

    Args:
        log: the decision log.
        terms: objective and guardrails.
        delay: how long an outcome takes to become known, microseconds.
        model: hash of the shadow's artefact.
        version: the plan under which it is a shadow.
    """

    def __init__(self, log: DecisionLog, terms: Sequence[MetricSpec], delay: int, model: str, version: int) -> None:
        begin = log.before(version)
        names = dict.fromkeys(term.metric.outcome for term in terms)
        self._log, self._model, self._version = log, model, version
        content = reads_content(*(term.metric for term in terms))
        self._rows = {
            name: MaturedDecisionReader(log, delay=delay, outcome=name, challenger=model, after=begin, content=content)
            for name in names
        }
        self.each = tuple(ShadowMetricTotals(term) for term in terms)
        self.matured = 0

    def update_to(self, at: int) -> None:
        """Add the outcomes that have matured by ``at``."""
        through = self._log.find_shadow_offset(self._model)
        for name, matured in self._rows.items():
            rows = matured.by(at, through=through).filter(ANSWERED, plan_version=self._version)
            for known in self.each:
                if known.term.metric.outcome == name:
                    known.add(rows)
            if name == self.each[0].term.metric.outcome:
                self.matured += rows.height
