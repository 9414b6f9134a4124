"""What another policy would have brought, from a log of decisions made by chance; and policies that learn."""

from __future__ import annotations

from starcase.inference.policies.adaptive import drawn
from starcase.inference.policies.adaptive_estimate import while_learning
from starcase.inference.policies.estimate import OffPolicy, doubly_robust, ips, snips, switch
from starcase.inference.policies.linucb import LinUcb
from starcase.inference.policies.overlap_limits import Refusal
from starcase.inference.policies.policy_log import PolicyLog
from starcase.inference.policies.thompson import Thompson

__all__ = [
    "LinUcb",
    "OffPolicy",
    "PolicyLog",
    "Refusal",
    "Thompson",
    "doubly_robust",
    "drawn",
    "ips",
    "snips",
    "switch",
    "while_learning",
]
