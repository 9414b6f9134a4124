"""Test support for plug-in authors: contract checks with readable complaints, and a toy system with known truth."""

from __future__ import annotations

from starcase.testing.candidate import check_candidate
from starcase.testing.gate import check_gate
from starcase.testing.learning import check_learning
from starcase.testing.live_metric import check_live_metric
from starcase.testing.metric import check_metric
from starcase.testing.model import check_model
from starcase.testing.system import check_system
from starcase.testing.toy import ToyCandidate, ToySystem, toy_case
from starcase.testing.violations import ContractBroken

__all__ = [
    "ContractBroken",
    "ToyCandidate",
    "ToySystem",
    "check_candidate",
    "check_gate",
    "check_learning",
    "check_live_metric",
    "check_metric",
    "check_model",
    "check_system",
    "toy_case",
]
