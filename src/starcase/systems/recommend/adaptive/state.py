"""The state of an adaptive recommender without its sources, and its initial policy."""

from __future__ import annotations

import msgspec
import numpy as np

from starcase.inference.policies import LinUcb, Thompson
from starcase.inference.policies.adaptive import AdaptivePolicy
from starcase.stages.analysis.segments import BehaviourSegments
from starcase.tables.clock import DAY

THOMPSON, LINUCB = "thompson", "linucb"
POLICIES = (THOMPSON, LINUCB)


class SegmentData(msgspec.Struct, frozen=True):
    """User segments as lists; see ``analysis.segments.BehaviourSegments``."""

    names: tuple[str, ...]
    centres: list[list[float]]
    mean: list[float]
    scale: list[float]
    medians: list[list[float]]
    shares: list[float]
    stability: float

    @classmethod
    def from_segments(cls, segments: BehaviourSegments) -> SegmentData:
        """The same segments, as data."""
        return cls(
            segments.names, segments.centres.tolist(), segments.mean.tolist(), segments.scale.tolist(),
            segments.medians.tolist(), segments.shares.tolist(), segments.stability,
        )  # fmt: skip

    @property
    def segments(self) -> BehaviourSegments:
        """The same segments, as arrays."""
        return BehaviourSegments(
            names=self.names, centres=np.array(self.centres), mean=np.array(self.mean), scale=np.array(self.scale),
            medians=np.array(self.medians), shares=np.array(self.shares), stability=self.stability,
        )  # fmt: skip


class AdaptiveState(msgspec.Struct, frozen=True):
    """How a source is chosen.

    ``sources`` in the order of the policy's actions; ``half_life`` in days, 0 for no decay; ``seed`` of the random
    draws of decisions.
    """

    sources: tuple[str, ...]
    policy: str
    floor: float
    half_life: float
    width: float
    seed: int
    divided: SegmentData

    @property
    def beginning(self) -> AdaptivePolicy:
        """The policy before any outcome."""
        half_life, contexts, actions = round(self.half_life * DAY), len(self.divided.names), len(self.sources)
        if self.policy == LINUCB:
            d = contexts + len(self.divided.mean)
            return LinUcb.over(d=d, actions=actions, width=self.width, floor=self.floor, half_life=half_life)
        return Thompson.over(contexts=contexts, actions=actions, floor=self.floor, half_life=half_life)
