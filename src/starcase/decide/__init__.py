"""The decision kernel: which arm a unit belongs to, what the arm answers, and the record of it. No I/O, no thread."""

from __future__ import annotations

from starcase.decide.assignment import BUCKETS, bucket
from starcase.decide.clearance import Clearance
from starcase.decide.decision_record import decided, served
from starcase.decide.plan import Arm, Plan, challenger_arm
from starcase.decide.reach import Reach, in_words, reach_of, reach_records, reaches_of, together
from starcase.decide.router import Decision, Router

__all__ = [
    "BUCKETS",
    "Arm",
    "Clearance",
    "Decision",
    "Plan",
    "Reach",
    "Router",
    "bucket",
    "challenger_arm",
    "decided",
    "in_words",
    "reach_of",
    "reach_records",
    "reaches_of",
    "served",
    "together",
]
