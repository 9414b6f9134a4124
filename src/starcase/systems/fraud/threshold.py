"""Choice of the decision threshold on an earlier window with known labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from starcase.systems.fraud.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class ThresholdPolicy:
    """A rule that sets the decision threshold.

    Args:
        rule: ``"alert_budget"``: at most ``alert_budget`` of the window's transactions reach it; ``"expected_cost"``:
            the total cost of alerts and missed frauds in the window is least.
        alert_budget: share of transactions that may be alerted.
        review_cost: cost of one alert; a missed fraud costs its amount.
    """

    rule: str
    alert_budget: float
    review_cost: float

    def threshold(self, scores: FloatArray, frauds: FloatArray, amounts: FloatArray) -> float:
        """The score from which on a transaction is blocked.

        Args:
            scores: (n,) of the window.
            frauds: (n,) 1 where the label is known to be fraud, else 0.
            amounts: (n,) in the case's currency.

        >>> ThresholdPolicy("alert_budget", 0.5, 5.0).threshold(np.array([.1, .2, .3, .4]), np.zeros(4), np.zeros(4))
        0.25
        """
        order = np.argsort(-scores, kind="stable")
        ranked = scores[order]
        if self.rule == "expected_cost":
            saved = np.concatenate([[0.0], np.cumsum((frauds * amounts)[order])])
            cost = self.review_cost * np.arange(scores.size + 1) - saved
            ends = np.flatnonzero(np.append(True, np.append(ranked[1:] < ranked[:-1], True)))
            alerts = int(ends[np.argmin(cost[ends])])
        else:
            alerts = int(self.alert_budget * scores.size + 1e-9)
        return choose_threshold(ranked, alerts)


def choose_threshold(ranked: FloatArray, alerts: int) -> float:
    """Choose a threshold that at most ``alerts`` of the descending scores reach; ties are kept together.

    >>> choose_threshold(np.array([.9, .5, .5]), 2)
    0.7
    """
    if alerts >= ranked.size:
        return float(ranked[-1])
    below = float(ranked[alerts])
    above = ranked[:alerts][ranked[:alerts] > below]
    return (float(above[-1]) + below) / 2 if above.size else float(np.nextafter(below, np.inf))
