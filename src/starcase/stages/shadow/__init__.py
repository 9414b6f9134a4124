"""Shadow: a challenger answers live requests without serving, and its answers are compared with outcomes."""

from __future__ import annotations

from starcase.stages.shadow.reading import ShadowAnalysis
from starcase.stages.shadow.worker import Shadow

__all__ = ["Shadow", "ShadowAnalysis"]
