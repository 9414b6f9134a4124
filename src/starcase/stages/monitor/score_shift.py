"""The score shift guard: compares a challenger's live scores with those on the span it was measured on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from starcase.contract.request import FloatArray
from starcase.decide import Decision
from starcase.errors import NotIdentifiable
from starcase.evidence.records import GuardReading
from starcase.inference import RateGuard
from starcase.stages.monitor.rate_reading import build_rate_reading

NAME = "score shift"
TAIL = 0.1
LEAST = 100


class ScoreShift:
    """Watches that live scores fall beyond the outer deciles of a reference no more often than allowed, on each side.

    A changed feature pipeline, a wrong unit of measure or a changed population shows in the scores long before an
    outcome is known. The shift is reported as an effect: the share of live scores beyond a decile of the reference,
    which was a tenth when the model was measured.

    Args:
        reference: (n,) scores of the same model on the span it was measured on.
        allowed: share of live scores tolerated beyond each outer decile, above 0.1.
        alpha: chance of a false alarm over the whole watch, both sides together, in (0, 1).

    Raises:
        NotIdentifiable: fewer than 100 scores, or scores that are no numbers: there is nothing to compare with.
        ValueError: an allowed share that the reference itself does not keep.

    >>> from starcase.contract.request import Answer
    >>> guard = ScoreShift(np.linspace(0, 1, 1000), allowed=0.2, alpha=0.01)
    >>> shifted = Decision("t", "u", 0, 1, 0, "new", "m", 1.0, Answer("approve", 0.99))
    >>> [guard.observe(shifted, 10.0) for _ in range(20)][-1]
    True
    """

    def __init__(self, reference: FloatArray, *, allowed: float, alpha: float) -> None:
        if reference.size < LEAST or not np.all(np.isfinite(reference)):
            raise NotIdentifiable(
                f"{reference.size} reference scores are too few, or some are not numbers",
                mend="measure the model on a longer span, or remove the guard 'score shift' from the case",
            )
        if not TAIL < allowed < 1:
            raise ValueError(
                f"a tenth lies beyond each outer decile by definition: allow more than that, not {allowed}"
            )
        self._low, self._high = (float(q) for q in np.quantile(reference, [TAIL, 1 - TAIL]))
        self._below, self._above = RateGuard(allowed, alpha / 2), RateGuard(allowed, alpha / 2)

    def observe(self, decision: Decision, latency_us: float) -> bool:
        """Observe one decision; True once the guard has tripped. A decision answered by the champion is not counted."""
        del latency_us
        if not decision.error:
            self._below.observe(event=not decision.answer.score >= self._low)
            self._above.observe(event=not decision.answer.score <= self._high)
        return self._below.tripped or self._above.tripped

    def build_reading(self, arm: str) -> GuardReading:
        """Build the reading of the side with more evidence of a shift."""
        above = self._above.e_value >= self._below.e_value
        rate, side = (self._above, "above the highest") if above else (self._below, "below the lowest")
        tripped = self._below.tripped or self._above.tripped
        found = build_rate_reading(NAME, arm, rate, why=f"scores {side} decile of the reference", tripped=tripped)
        name = f"share of scores {side} decile of the reference"
        return replace(found, observed=replace(found.observed, name=name))
