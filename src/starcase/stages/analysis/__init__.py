"""What a log of impressions or visits says, and what it cannot say, before anything is compared."""

from __future__ import annotations

from starcase.stages.analysis.run import analyse

__all__ = ["analyse"]
