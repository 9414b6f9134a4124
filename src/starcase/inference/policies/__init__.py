"""What another policy would have brought, from a log of decisions made by chance."""

from __future__ import annotations

from starcase.inference.policies.estimate import OffPolicy, doubly_robust, ips, snips, switch
from starcase.inference.policies.log import PolicyLog
from starcase.inference.policies.refusal import Refusal

__all__ = ["OffPolicy", "PolicyLog", "Refusal", "doubly_robust", "ips", "snips", "switch"]
