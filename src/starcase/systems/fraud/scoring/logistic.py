"""Conversion between log-odds and probabilities, one number at a time for identical bits."""

from __future__ import annotations

import math

SMALLEST = 1e-15


def logistic(log_odds: float) -> float:
    """The probability with these log-odds.

    >>> logistic(0.0), logistic(-800.0) >= 0.0
    (0.5, True)
    """
    if log_odds >= 0:
        return 1.0 / (1.0 + math.exp(-log_odds))
    power = math.exp(log_odds)
    return power / (1.0 + power)


def log_odds(probability: float) -> float:
    """The log-odds of a probability, kept finite at 0 and 1.

    >>> log_odds(0.5)
    0.0
    """
    kept = min(max(probability, SMALLEST), 1.0 - SMALLEST)
    return math.log(kept / (1.0 - kept))
