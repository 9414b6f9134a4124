"""What is measured of a recommender; the whole catalogue is ranked, nothing is sampled."""

from __future__ import annotations

from starcase.systems.recommend.metrics.accuracy import HitRate, MeanReciprocalRank, Ndcg, RecallAtK
from starcase.systems.recommend.metrics.beyond_accuracy import Coverage, Novelty, PopularityBias

__all__ = ["Coverage", "HitRate", "MeanReciprocalRank", "Ndcg", "Novelty", "PopularityBias", "RecallAtK"]
