"""Matured outcomes of an experiment, each decision counted once."""

from __future__ import annotations

from collections.abc import Sequence

from starcase.comparison.comparison_spec import MetricSpec
from starcase.contract.model import reads_content
from starcase.evidence import DecisionLog
from starcase.evidence.decisions.matured_decisions import MaturedDecisionReader
from starcase.stages.experiment.cohorts import Cohorts
from starcase.stages.experiment.exposure import Stage, assign_stages
from starcase.stages.experiment.metric_totals import ArmMetricTotals


class Outcomes:
    """Matured outcomes of an experiment in every metric.

    Args:
        log: the decision log.
        terms: objective and guardrails.
        delay: how long an outcome takes to become known, microseconds.
        challenger: name of the challenger's arm.
        version: the first plan that exposes it.
        cohorts: read the same outcomes separately; None for a rollout without cohorts.
    """

    def __init__(
        self,
        log: DecisionLog,
        terms: Sequence[MetricSpec],
        delay: int,
        challenger: str,
        version: int,
        cohorts: Cohorts | None = None,
    ) -> None:
        names = dict.fromkeys(term.metric.outcome for term in terms)
        begin = log.before(version)
        content = reads_content(*(term.metric for term in terms))
        self._rows = {
            name: MaturedDecisionReader(log, delay=delay, outcome=name, after=begin, content=content) for name in names
        }
        self.each = tuple(ArmMetricTotals(term, challenger) for term in terms)
        self.matured = 0
        self._challenger = challenger
        self._cohorts = cohorts

    def update(self, at: int, stages: Sequence[Stage]) -> None:
        """Add the decisions that have matured by ``at`` in the stages."""
        for name, matured in self._rows.items():
            rows, numbers = assign_stages(matured.by(at), self._challenger, stages)
            for known in self.each:
                if known.term.metric.outcome == name:
                    known.add(rows, numbers)
            if self._cohorts is not None:
                self._cohorts.add(name, rows, numbers)
            if name == self.each[0].term.metric.outcome:
                self.matured += rows.height
