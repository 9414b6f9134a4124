"""Off-policy estimates from a log of randomised decisions, and policies that learn."""

from __future__ import annotations

from starcase.inference.policies.adaptive import draw_action
from starcase.inference.policies.adaptive_estimate import estimate_while_learning
from starcase.inference.policies.estimate import OffPolicy, doubly_robust, ips, snips, switch
from starcase.inference.policies.linucb import LinUcb
from starcase.inference.policies.overlap_limits import OverlapLimits
from starcase.inference.policies.policy_log import PolicyLog
from starcase.inference.policies.thompson import Thompson

__all__ = [
    "LinUcb",
    "OffPolicy",
    "OverlapLimits",
    "PolicyLog",
    "Thompson",
    "doubly_robust",
    "draw_action",
    "estimate_while_learning",
    "ips",
    "snips",
    "switch",
]
