"""Evidence: the ledger of a case, its decision log, and the figures they hold."""

from __future__ import annotations

from starcase.evidence.decisions import Arrival, DecisionLog, Outcome, OutcomeCounts, ServedDecision, ShadowAnswer
from starcase.evidence.entry import Entry
from starcase.evidence.figure import EvidenceClass, Figure
from starcase.evidence.ledger import Ledger
from starcase.evidence.tenure import Tenure, who_served
from starcase.evidence.verification import Fault, Verification

__all__ = [
    "Arrival",
    "DecisionLog",
    "Entry",
    "EvidenceClass",
    "Fault",
    "Figure",
    "Ledger",
    "Outcome",
    "OutcomeCounts",
    "ServedDecision",
    "ShadowAnswer",
    "Tenure",
    "Verification",
    "who_served",
]
