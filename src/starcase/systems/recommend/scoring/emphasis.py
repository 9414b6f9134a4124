"""What each item of a user's past counts when it speaks for others, and for itself."""

from __future__ import annotations

import msgspec

STATE = "emphasis.json"


class Emphasis(msgspec.Struct, frozen=True):
    """How a past becomes weights.

    ``half_life``: days after which an item counts half, 0 for never; ``own``: what having taken an item says of taking
    it again, beside what the others say.
    """

    half_life: float
    own: float
