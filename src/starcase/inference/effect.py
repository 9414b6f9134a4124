"""The type of an estimate with its interval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

EvidenceClass = Literal["recorded", "offline", "replayed", "off-policy", "simulated", "experiment"]
Scale = Literal["absolute", "relative"]
FITTED_MODEL = "this fitted model against that one: test units vary, the training data are given"
FITTED_ANEW = "these ways of fitting on the same training data: test units and the luck of training vary"
FITTED_LATER = "these ways of fitting, whenever training ends: test units, moments and the luck of training vary"
WAY_OF_FITTING = "this way of fitting against that one: training data vary as well"
TWO_ARMS = "the difference between all units like these under the one arm and under the other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An estimate with its interval, and everything needed to read it correctly.

    Args:
        estimate: the estimated quantity, in the unit of the data; a share of the control where ``scale`` is relative.
        low: lower end of the interval.
        high: upper end of the interval.
        level: coverage promised for the interval, ``0.95``.
        p_value: two-sided, against no effect.
        n: number of independent units (clusters) it rests on.
        method: name of the procedure.
        question: what the estimate is about: this fitted model, or this way of fitting.
        assumptions: what must hold for the interval to cover.
        scale: whether the estimate is in the unit of the data or a share of the control's value.
        evidence: how the data came about; only ``"experiment"`` may say "caused".
    """

    estimate: float
    low: float
    high: float
    level: float
    p_value: float
    n: int
    method: str
    question: str
    assumptions: tuple[str, ...] = ()
    scale: Scale = "absolute"
    evidence: EvidenceClass = "offline"

    @property
    def sentence(self) -> str:
        """The effect in one sentence.

        >>> Effect(estimate=0.1, low=-0.1, high=0.3, level=0.95, p_value=0.3, n=9, method="m", question="q").sentence
        'No difference shown: 0.1, 95 % interval [-0.1, 0.3], 9 independent units.'
        """
        said = "No difference shown" if self.low <= 0 <= self.high else "Different"
        return (
            f"{said}: {self._format_value(self.estimate)}, {self.level * 100:.4g} % interval "
            f"[{self._format_value(self.low)}, {self._format_value(self.high)}], {self.n} independent units."
        )

    def with_evidence_class(self, evidence: EvidenceClass) -> Effect:
        """Return the effect with the given class of evidence."""
        return replace(self, evidence=evidence)

    def _format_value(self, value: float) -> str:
        return f"{value * 100:+.4g} %" if self.scale == "relative" else f"{value:.4g}"


def check_level(level: float) -> None:
    """Check that a coverage lies between 0 and 1.

    Raises:
        ValueError: the level does not lie between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, not {level}")
