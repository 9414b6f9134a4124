"""The weights of history items in scoring."""

from __future__ import annotations

import msgspec

STATE = "emphasis.json"


class Emphasis(msgspec.Struct, frozen=True):
    """The settings of history weights.

    ``half_life``: days after which an item counts half, 0 for never; ``own``: the weight of a taken item for its own
    score, in addition to the other items.
    """

    half_life: float
    own: float
