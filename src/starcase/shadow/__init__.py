"""A challenger in the shadow of the champion: it sees live requests, decides nothing, and is read against outcomes."""

from __future__ import annotations

from starcase.shadow.reading import Watch
from starcase.shadow.worker import Shadow

__all__ = ["Shadow", "Watch"]
