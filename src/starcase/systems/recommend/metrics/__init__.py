"""What is measured of a recommender; the whole catalogue is ranked, nothing is sampled."""

from __future__ import annotations

from starcase.systems.recommend.metrics.breadth import Coverage, Novelty, PopularityBias
from starcase.systems.recommend.metrics.ranked import HitRate, MeanReciprocalRank, Ndcg, Recall

__all__ = ["Coverage", "HitRate", "MeanReciprocalRank", "Ndcg", "Novelty", "PopularityBias", "Recall"]
