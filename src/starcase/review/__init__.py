"""After a rollback: what happened, why, what it cost, and which gate holds from now on."""

from __future__ import annotations

from starcase.review.exposed import Exposed, exposed
from starcase.review.exposure import Exposure, exposure_of
from starcase.review.lesson import learn
from starcase.review.run import run

__all__ = ["Exposed", "Exposure", "exposed", "exposure_of", "learn", "run"]
