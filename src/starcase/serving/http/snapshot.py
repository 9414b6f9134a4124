"""The snapshot a worker serves: one plan and its models, replaced as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starcase.contract.model import Model
from starcase.decide import ServingPlan
from starcase.serving.http.signature import Signature


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A plan in force, the loaded models of its arms by hash, and the signature of their requests.

    Every request reads one snapshot once. Without a signature, features are not checked.
    """

    plan: ServingPlan
    models: Mapping[str, Model]
    signature: Signature | None = None

    def __post_init__(self) -> None:
        arms = [self.plan.champion, *([self.plan.challenger] if self.plan.challenger else [])]
        missing = [arm.name for arm in arms if arm.model not in self.models]
        if missing:
            raise ValueError(f"the plan's models of {', '.join(missing)} are not loaded")
