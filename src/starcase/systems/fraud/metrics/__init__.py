"""The metrics of the fraud system; each accepts any weighting of its rows."""

from __future__ import annotations

from starcase.systems.fraud.metrics.average_precision import AveragePrecision
from starcase.systems.fraud.metrics.card_precision import CardPrecision
from starcase.systems.fraud.metrics.cost import ExpectedCost
from starcase.systems.fraud.metrics.decisions import FalsePositiveRate, FraudAlertRate, Recall
from starcase.systems.fraud.metrics.fixed_rate import ErrorsAtRate, RecallAtRate

__all__ = [
    "AveragePrecision",
    "CardPrecision",
    "ErrorsAtRate",
    "ExpectedCost",
    "FalsePositiveRate",
    "FraudAlertRate",
    "Recall",
    "RecallAtRate",
]
