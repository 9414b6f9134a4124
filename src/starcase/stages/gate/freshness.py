"""The gate on the age of the newest outcome in training."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from starcase.contract.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.stages.gate.limit_check import build_unknown_result, check_limit
from starcase.tables.clock import DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """The newest outcome the model could learn from is at most ``days`` old when the gate is run.

    A feed of outcomes that broke long before the end of training makes a model old that was fitted yesterday.

    Args:
        days: the age tolerated.

    >>> Freshness(days=7).required
    'the newest outcome in training was known at most 7 days before the check'
    """

    days: float = 30.0
    name: str = "freshness"

    @property
    def judges_refit(self) -> bool:
        """It needs no unseen rows."""
        return True

    @property
    def required(self) -> str:
        """The condition in words."""
        return f"the newest outcome in training was known at most {self.days:g} days before the check"

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Compare the age of the newest outcome with the limit; the age of the training's end is reported too."""
        if not evidence.now:
            return build_unknown_result(self, "the moment of the check is not known")
        known = evidence.dataset.training_rows(evidence.fold).filter(pl.col("outcome").is_not_null())
        if known.height == 0:
            return build_unknown_result(self, "no outcome was known at the end of training")
        newest = int(known.select(pl.col("known_at").max()).item())
        observed = _build_age("age of the newest outcome in training", evidence.now - newest, known.height)
        ended = _build_age("age of the end of training", evidence.now - evidence.fold.train_end, known.height)
        if observed.value < 0:
            return build_unknown_result(
                self, "an outcome was known after the check: its clock cannot be right", figures=(ended,)
            )
        return check_limit(self, observed, self.days, figures=(ended,))


def _build_age(name: str, microseconds: int, n: int) -> Figure:
    return Figure(name=name, value=microseconds / DAY, unit="days", n=n)
