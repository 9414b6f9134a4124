"""What every estimate says of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An estimate with its interval, and everything needed to read it correctly.

    Args:
        estimate: the estimated quantity, in the unit of the data.
        low: lower end of the interval.
        high: upper end of the interval.
        level: coverage promised for the interval, ``0.95``.
        p_value: two-sided, against no effect.
        n: number of independent units (clusters) it rests on.
        method: name of the procedure.
        question: what the estimate is about: this fitted model, or this way of fitting.
        assumptions: what must hold for the interval to cover.
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

    @property
    def sentence(self) -> str:
        """The effect in one plain sentence.

        >>> Effect(estimate=0.1, low=-0.1, high=0.3, level=0.95, p_value=0.3, n=9, method="m", question="q").sentence
        'No difference shown: 0.1, 95 % interval [-0.1, 0.3], 9 independent units.'
        """
        said = "No difference shown" if self.low <= 0 <= self.high else "Different"
        return (
            f"{said}: {self.estimate:.4g}, {self.level * 100:.4g} % interval [{self.low:.4g}, {self.high:.4g}], "
            f"{self.n} independent units."
        )
