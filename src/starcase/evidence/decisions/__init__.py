"""Served decisions, outcomes and shadow answers in bulk, joined by decision id."""

from __future__ import annotations

from starcase.evidence.decisions.log import DecisionLog
from starcase.evidence.decisions.outcome import Arrival, Outcome, OutcomeCounts
from starcase.evidence.decisions.served_decision import Json, Scalar, ServedDecision, ShadowAnswer

__all__ = ["Arrival", "DecisionLog", "Json", "Outcome", "OutcomeCounts", "Scalar", "ServedDecision", "ShadowAnswer"]
