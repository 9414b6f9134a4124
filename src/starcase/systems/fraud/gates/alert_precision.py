"""A gate on the precision of alerts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from starcase.contract.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.inference import Resampling
from starcase.stages.gate.limit_check import build_unknown_result, check_limit
from starcase.stages.gate.matured_rows import select_matured_rows
from starcase.systems.fraud.metrics.decisions import build_decision_table


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPrecision:
    """A minimum share of frauds among the transactions that the model blocks at its threshold.

    Args:
        least: the share of alerts that must be frauds.
        alerts: with fewer alerts the gate is failed-unknown.
        level: coverage of the interval.
        draws: bootstrap draws.

    >>> AlertPrecision(least=0.2).required
    'at least 20 % of the alerts are frauds: 95 % interval over independent units'
    """

    least: float = 0.1
    alerts: float = 20.0
    level: float = 0.95
    draws: float = 500.0
    name: str = field(default="alert_precision", init=False)

    @property
    def required(self) -> str:
        """The condition in words."""
        return (
            f"at least {self.least * 100:g} % of the alerts are frauds: "
            f"{self.level * 100:g} % interval over independent units"
        )

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Check the share of alerts on legitimate transactions, with its interval."""
        known = select_matured_rows(evidence)
        table = build_decision_table(known.answers, known.rows)
        blocked, honest = table["blocked"].to_numpy(), 1 - table["fraud"].to_numpy()
        alerts = int(blocked.sum())
        if alerts < self.alerts:
            return build_unknown_result(
                self, f"{alerts} alerts in {table.height} transactions, and {self.alerts:g} are needed"
            )
        resampling = Resampling(known.clusters, draws=int(self.draws), seed=evidence.seed)
        effect = resampling.effect(
            lambda weights: weights @ (blocked * honest) / np.maximum(weights @ blocked, 1e-12), level=self.level
        )
        observed = Figure(
            name="share of alerts that hit honest customers", value=effect.estimate, unit="share", low=effect.low,
            high=effect.high, level=self.level, n=effect.n, evidence_class="offline",
        )  # fmt: skip
        count = Figure(name="alerts", value=alerts, unit="count", n=table.height, evidence_class="offline")
        return check_limit(self, observed, 1 - self.least, figures=(count,))
