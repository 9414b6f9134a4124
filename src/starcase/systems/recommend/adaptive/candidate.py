"""An adaptive recommender as a candidate of a contest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from starcase.contract.model import Model, Parameters
from starcase.errors import ArtefactError, CaseFileError, NotIdentifiable
from starcase.stages.analysis.segments import BehaviourSegments, build_single_segment, find_segments
from starcase.systems.recommend.adaptive.model import AdaptiveRecommender
from starcase.systems.recommend.adaptive.state import POLICIES, THOMPSON, AdaptiveState, SegmentData
from starcase.systems.recommend.arrays import FloatArray
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.personas import describe_persona
from starcase.systems.recommend.scoring.model_files import add_prefix, decode_struct, encode_struct, select_part
from starcase.systems.recommend.training import TrainingSet
from starcase.tables.clock import DAY

STATE, SOURCES = "adaptive.json", "sources"
FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptive:
    """A bandit policy over sources of recommendations that learns while it serves.

    Args:
        sources: names of built-in candidates or baselines, with spaces between them; filtering, content where items
            have words, the hybrid and recent popularity when empty.
        policy: ``"thompson"`` or ``"linucb"``.
        floor: the share of decisions spread evenly over the sources, so that each is always explored.
        half_life: days after which an outcome counts half, to follow drift; 0 for never.
        width: of LinUCB's upper confidence bound, in standard errors.
    """

    kind: ClassVar[str] = "adaptive"
    complexity: ClassVar[int] = 7
    needs: ClassVar[str] = ""

    sources: str = ""
    policy: str = THOMPSON
    floor: float = 0.1
    half_life: float = 30.0
    width: float = 1.0

    def __post_init__(self) -> None:
        if self.policy not in POLICIES:
            raise CaseFileError(f"{self.policy!r} is not a policy", key="policy", mend=f"one of: {', '.join(POLICIES)}")
        if not 0 < self.floor < 1:
            raise CaseFileError("`floor` must be between 0 and 1", key="floor")
        if self.half_life < 0 or self.width < 0:
            raise CaseFileError("`half_life` and `width` must be 0 or more", key="half_life")

    def list_sources(self, *, words: bool) -> tuple[str, ...]:
        """List the sources in order; raises CaseFileError for fewer than two, or for one named twice."""
        usual = ("item_knn", *(("content",) if words else ()), "blend", "recent_popularity")
        found = tuple(self.sources.split()) or usual
        if len(found) < FEWEST or len(set(found)) < len(found):
            raise CaseFileError("a policy needs at least two different sources", key="sources")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptiveCandidate:
    """Sources, each fitted separately, and a policy without any outcomes yet.

    Args:
        name: how the case calls it.
        settings: of the policy.
        sources: in the order of the policy's actions.
    """

    name: str
    settings: Adaptive
    sources: tuple[RecommendCandidate, ...]

    @property
    def complexity(self) -> int:
        """The complexity of all sources together and of the policy."""
        return self.settings.complexity

    @property
    def parameters(self) -> Parameters:
        """The parameters of the policy, and the names of the sources."""
        given = self.settings
        return {
            "sources": " ".join(source.name for source in self.sources), "policy": given.policy, "floor": given.floor,
            "half_life": given.half_life, "width": given.width,
        }  # fmt: skip

    def fit(self, train: TrainingSet, /, *, rng: np.random.Generator) -> AdaptiveRecommender:
        """Fit every source and the user segments; raises as the sources do."""
        given = self.settings
        seed = int(rng.integers(2**31))
        state = AdaptiveState(
            sources=tuple(source.name for source in self.sources), policy=given.policy, floor=given.floor,
            half_life=given.half_life, width=given.width, seed=seed,
            divided=SegmentData.from_segments(_fit_segments(train, seed)),
        )  # fmt: skip
        return AdaptiveRecommender(state, {source.name: source.fit(train, rng=rng) for source in self.sources})

    def save(self, model: Model, /) -> Mapping[str, bytes]:
        """Save the state as JSON and the files of every source; online updates are in the decision log, not here."""
        if not isinstance(model, AdaptiveRecommender):
            raise ArtefactError(f"a {type(model).__name__} is not an adaptive recommender", mend="save what `fit` gave")
        files: dict[str, bytes] = {STATE: encode_struct(model.state)}
        for source in self.sources:
            files |= add_prefix(f"{SOURCES}/{source.name}", source.save(model.sources[source.name]))
        return files

    def load(self, files: Mapping[str, bytes], /) -> AdaptiveRecommender:
        """Load the model as fitted, without online updates; raises ArtefactError."""
        state = decode_struct(files, STATE, AdaptiveState)
        known = tuple(source.name for source in self.sources)
        if state.sources != known:
            raise ArtefactError(f"the files choose among {state.sources}, and {self.name} among {known}")
        found = {one.name: one.load(select_part(files, f"{SOURCES}/{one.name}")) for one in self.sources}
        return AdaptiveRecommender(state, found)


def _fit_segments(train: TrainingSet, seed: int) -> BehaviourSegments:
    """Fit the user segments at the end of training; one segment for all users where none are found."""
    raw = _measure_behaviour(train)
    try:
        return find_segments(raw, describe_persona, seed=seed)
    except NotIdentifiable:
        return build_single_segment(raw)


def _measure_behaviour(train: TrainingSet) -> FloatArray:
    """Compute (users, 3) as ``personas.measure_behaviour``, over catalogue items and the users who took any."""
    last = np.zeros(train.users, dtype=np.int64)
    np.maximum.at(last, train.user, train.at)
    items = np.bincount(train.user, minlength=train.users).astype(np.float64)
    moments = np.unique(np.stack([train.user, train.at]), axis=1)[0]
    baskets = np.bincount(moments, minlength=train.users).astype(np.float64)
    return np.column_stack([(train.end - last) / DAY, baskets, items / baskets])
