"""The metrics of recommenders, over the ranked whole catalogue without sampling."""

from __future__ import annotations

from starcase.systems.recommend.metrics.accuracy import HitRate, MeanReciprocalRank, Ndcg, RecallAtK
from starcase.systems.recommend.metrics.beyond_accuracy import Coverage, Novelty, PopularityBias

__all__ = ["Coverage", "HitRate", "MeanReciprocalRank", "Ndcg", "Novelty", "PopularityBias", "RecallAtK"]
