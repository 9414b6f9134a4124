"""A gate on the number of alerts, in total and for each card."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from starcase.contract.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.inference import Resampling
from starcase.stages.gate.limit_check import build_unknown_result, check_limit
from starcase.stages.gate.matured_rows import encode_names
from starcase.systems.fraud.model import BLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertBudget:
    """A limit on the share of alerts, and on alerts for one card in one day; it needs no outcome.

    Args:
        share: of the transactions that may be alerted, as the case's ``alert_budget`` has it.
        times: tolerated multiple of that share, because thresholds are older than the traffic.
        per_card: alerts on an alerted card in a day, on average; looked at where cards are known.
        transactions: with fewer than this the gate is failed-unknown.
        level: coverage of the interval.
        draws: bootstrap draws.

    >>> AlertBudget(share=0.002).required
    'at most 0.008 of the transactions alerted (95 % interval over independent units), at most 3 alerts a card and day'
    """

    share: float = 0.002
    times: float = 4.0
    per_card: float = 3.0
    transactions: float = 1_000.0
    level: float = 0.95
    draws: float = 500.0
    name: str = field(default="alert_budget", init=False)

    @property
    def required(self) -> str:
        """The condition in words."""
        return (
            f"at most {self.share * self.times:g} of the transactions alerted ({self.level * 100:g} % interval over "
            f"independent units), at most {self.per_card:g} alerts a card and day"
        )

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Check the share of alerts with its interval, and the alerts for each card and day."""
        table = evidence.outcomes.select("cluster", "card", "day", row=pl.int_range(pl.len()))
        blocked = np.array([answer.action == BLOCK for answer in evidence.answers], dtype=np.float64)
        if table.height != blocked.size or blocked.size < self.transactions:
            return build_unknown_result(self, f"{blocked.size} transactions, and {self.transactions:g} are needed")
        resampling = Resampling(encode_names(table["cluster"]), draws=int(self.draws), seed=evidence.seed)
        effect = resampling.effect(lambda weights: weights @ blocked / weights.sum(axis=1), level=self.level)
        observed = Figure(
            name="share of transactions alerted", value=effect.estimate, unit="share", low=effect.low,
            high=effect.high, level=self.level, n=effect.n, evidence_class="offline",
        )  # fmt: skip
        days = table.with_columns(blocked=blocked).filter(pl.col("blocked") == 1)
        cards = days.group_by("card", "day").len()
        each = Figure(
            name="alerts on an alerted card in a day", value=days.height / max(cards.height, 1), unit="count",
            n=cards.height, evidence_class="offline",
        )  # fmt: skip
        if each.value > self.per_card:
            return GateResult(
                gate=self.name, outcome="failed", observed=each, required=self.required,
                why=f"{each.name} is beyond its limit", figures=(observed,),
            )  # fmt: skip
        return check_limit(self, observed, self.share * self.times, figures=(each,))
