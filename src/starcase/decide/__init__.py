"""The decision kernel: it assigns a unit to an arm and gets the arm's answer. No I/O, no thread."""

from __future__ import annotations

from starcase.decide.assignment import BUCKETS, compute_bucket
from starcase.decide.clearance import Clearance
from starcase.decide.decision_record import flatten_decision, restore_decision
from starcase.decide.plan import Arm, ServingPlan, build_arm_name
from starcase.decide.reach import Reach, decode_reach, decode_reaches, describe_reaches, encode_reaches, merge_reaches
from starcase.decide.router import Decision, Router

__all__ = [
    "BUCKETS",
    "Arm",
    "Clearance",
    "Decision",
    "Reach",
    "Router",
    "ServingPlan",
    "build_arm_name",
    "compute_bucket",
    "decode_reach",
    "decode_reaches",
    "describe_reaches",
    "encode_reaches",
    "flatten_decision",
    "merge_reaches",
    "restore_decision",
]
