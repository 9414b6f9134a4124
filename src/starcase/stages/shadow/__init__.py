"""A challenger in the shadow of the champion: it sees live requests, decides nothing, and is read against outcomes."""

from __future__ import annotations

from starcase.stages.shadow.reading import ShadowAnalysis
from starcase.stages.shadow.worker import Shadow

__all__ = ["Shadow", "ShadowAnalysis"]
