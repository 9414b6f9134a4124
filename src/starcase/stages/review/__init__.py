"""After a rollback: what happened, why, what it cost, and which gate holds from now on."""

from __future__ import annotations

from starcase.stages.review.exposure import Exposure, exposure_of
from starcase.stages.review.exposure_decisions import Exposed, exposed
from starcase.stages.review.lesson import learn
from starcase.stages.review.post_mortem import run

__all__ = ["Exposed", "Exposure", "exposed", "exposure_of", "learn", "run"]
